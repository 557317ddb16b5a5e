"""One trial, in a worker: learn step by step, tell each score, and stop when told so."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from screening.core.errors import InputError
from screening.core.watchdog import Limits, guard
from screening.train.recipe import Recipe
from screening.train.search.channel import may_go_on
from screening.train.search.score import blended_score
from screening.train.search.sets import FILE, read_set
from screening.train.search.space import Learner
from screening.train.search.stages import Raw, n_steps, raw_of_start, raw_steps


@dataclass(frozen=True)
class Order:
    """What a worker is told of a trial.

    Parameters
    ----------
    trial : its key, unique in the cluster. topic : of its scores.
    learner : what learns. recipe : with what settings.
    folder : of the search set, shared by all workers.
    partner : file with the raw outputs of the other learner, for the blend.
    limits : beyond them the worker is ended.
    """

    trial: str
    topic: str
    learner: Learner
    recipe: Recipe
    folder: Path
    partner: Path
    limits: Limits


@dataclass(frozen=True)
class Outcome:
    """The end of a trial: its last score, and its raw outputs unless it was stopped before."""

    score: float
    raw: Raw | None


def run_trial(order: Order) -> Outcome:
    """Learn and be measured beside the other learner.

    Raises
    ------
    InputError : the worker does not see the folder of the search.
    """
    _check_shared(order.folder)
    torch.set_num_threads(1)
    with guard(order.limits):
        data = read_set(order.folder)
        partner = np.load(order.partner, allow_pickle=False)
        targets = data.targets[data.rows()]
        steps = raw_steps(data, order.recipe, order.learner)
        for step, raw in enumerate(steps, start=1):
            score = blended_score(raw, partner, targets, data.is_class)
            goes_on = may_go_on(order.topic, order.trial, step, score)
            if step == n_steps(data, order.learner):
                return Outcome(score, raw)
            if not goes_on:
                return Outcome(score, None)
    raise AssertionError("a trial without a last step")


def run_start(folder: Path, recipe: Recipe, learner: Learner) -> tuple[Raw, float]:
    """Raw outputs of a learner with the settings that the search begins with, and its seconds.

    Raises
    ------
    InputError : as `run_trial`.
    """
    _check_shared(folder)
    torch.set_num_threads(1)
    began = time.monotonic()
    raw = raw_of_start(read_set(folder), recipe, learner)
    return raw, time.monotonic() - began


def _check_shared(folder: Path) -> None:
    if not (folder / FILE).is_file():
        raise InputError(
            f"{folder}: a worker does not see the folder of the search",
            "put --output on a disk that all workers share",
        )
