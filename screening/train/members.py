"""The networks of all folds."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np
import torch
from numpy.typing import NDArray

from screening.estimators.network import MultiTaskNetwork, build_network
from screening.train.checkpoints import Checkpoints
from screening.train.fit import Task, fit_member
from screening.train.recipe import Recipe
from screening.train.split import drawn_test, scaffold_groups
from screening.train.work import Work

_MEMBER_SEED_STEP = 1000
WATCHED_SHARE = 0.1
"""Of what a network would learn from, whole scaffolds that tell it when to stop."""
State = dict[str, NDArray[np.generic]]


def fit_members(work: Work, workers: int, device: str) -> list[MultiTaskNetwork]:
    """Train them, fold by fold.

    Parameters
    ----------
    workers : networks trained at once on the CPU; a GPU trains one after the other.
    """
    recipe = work.recipe
    tasks = [
        _task(work, fold)
        for fold in range(work.prepared.split.n_folds)
        for _ in range(recipe.training.members)
    ]
    names = [f"{number}/{len(tasks)}" for number in range(1, len(tasks) + 1)]
    fit = partial(_fit_one, recipe, device, work.kept)
    if workers == 1 or len(tasks) == 1 or device != "cpu":
        states = [fit(task, name) for task, name in zip(tasks, names, strict=True)]
    else:
        with ProcessPoolExecutor(min(workers, len(tasks)), get_context("spawn")) as pool:
            states = list(pool.map(fit, tasks, names))
    return [_network(recipe, work.targets.shape[1], state) for state in states]


def _task(work: Work, fold: int) -> Task:
    """What the networks of a fold learn; with patience, some scaffolds are watched instead."""
    recipe, prepared = work.recipe, work.prepared
    is_class = np.array([endpoint.kind == "classification" for endpoint in recipe.endpoints])
    train, held_out = prepared.split.train(fold), prepared.split.held_out(fold)
    if recipe.training.patience is None:
        return Task(prepared.packed, work.targets, is_class, train, held_out)
    groups = scaffold_groups(prepared.labelled.flat_keys, prepared.scaffolds).take(train.tolist())
    watched = drawn_test(groups.of, WATCHED_SHARE, recipe.split.seed + fold)
    return Task(
        prepared.packed, work.targets, is_class, train[~watched], held_out, watched=train[watched]
    )


def _fit_one(recipe: Recipe, device: str, kept: Checkpoints, task: Task, name: str) -> State:
    """Weights of one member, as arrays that go between processes."""
    torch.set_num_threads(recipe.training.threads)
    number = int(name.split("/", maxsplit=1)[0]) - 1
    member = fit_member(
        task,
        recipe.network,
        recipe.training,
        seed=recipe.training.seed + _MEMBER_SEED_STEP * number,
        name=name,
        device=device,
        kept=kept,
    )
    return {name: value.cpu().numpy() for name, value in member.state_dict().items()}


def _network(recipe: Recipe, n_endpoints: int, state: State) -> MultiTaskNetwork:
    network = build_network(n_endpoints, recipe.network.model_dump())
    network.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})
    return network.eval()
