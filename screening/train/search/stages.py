"""Training a trial's networks or trees in steps, so that a hopeless one can be stopped early.

Steps of two trials are of the same: the same fold, and the same share of the epochs or the same
endpoints. So a trial is compared with others at the same place of its learning-rate cycle.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stderr

import numpy as np
from numpy.typing import NDArray

from screening.estimators.inference import run_network
from screening.estimators.trees import BoostedTrees, tree_matrix
from screening.train.fit import Fit, Task, fit_member
from screening.train.grow import grow_trees
from screening.train.recipe import Recipe
from screening.train.search.sets import SearchSet
from screening.train.search.space import Learner

PARTS = 4
"""Parts of a network's epochs, with a score after each."""
_SEED_STEP = 1000
Raw = NDArray[np.float32]


def n_steps(data: SearchSet, learner: Learner) -> int:
    """How many arrays `raw_steps` gives."""
    return len(data.measured) * (PARTS if learner == "network" else data.targets.shape[1])


def raw_steps(data: SearchSet, recipe: Recipe, learner: Learner) -> Iterator[Raw]:
    """Raw outputs (n_rows, e) for the set's `rows`, of ever more of the training.

    Folds and endpoints that have not been learned yet are NaN; the last array has none. A network
    that has diverged gives infinities.
    """
    raw = np.full((len(data.rows()), data.targets.shape[1]), np.nan, np.float32)
    begin = 0
    for number, fold in enumerate(data.measured.tolist()):
        part = raw[begin : begin + len(data.held_out(fold))]
        begin += len(part)
        steps = (
            _network(data, recipe, fold, number)
            if learner == "network"
            else _trees(data, recipe, fold)
        )
        for columns, outputs in steps:
            part[:, columns] = outputs
            yield raw.copy()


def raw_of_start(data: SearchSet, recipe: Recipe, learner: Learner) -> Raw:
    """Raw outputs as `raw_steps` gives last, but as a training gives them: with patience."""
    if learner == "trees" or recipe.training.patience is None:
        *_, raw = raw_steps(data, recipe, learner)
        return raw
    outputs = []
    for number, fold in enumerate(data.measured.tolist()):
        train, seed = data.train(fold), recipe.training.seed + _SEED_STEP * number
        watched = data.watched[number, train]
        task = Task(
            data.packed,
            data.targets,
            data.is_class,
            train[~watched],
            data.held_out(fold),
            train[watched],
        )
        # Lines of every epoch would stand between those of the search.
        with redirect_stderr(io.StringIO()):
            network = fit_member(task, recipe.network, recipe.training, seed=seed, name="start")
        outputs.append(run_network(network, data.packed, task.held_out).raw)
    return np.concatenate(outputs)


Step = tuple[slice, Raw]


def _network(data: SearchSet, recipe: Recipe, fold: int, number: int) -> Iterator[Step]:
    task = Task(data.packed, data.targets, data.is_class, data.train(fold), data.held_out(fold))
    seed = recipe.training.seed + _SEED_STEP * number
    fit = Fit(task, recipe.network, recipe.training, seed, "cpu")
    done = 0
    for part in range(1, PARTS + 1):
        until = round(recipe.training.epochs * part / PARTS)
        for _ in range(done, until):
            fit.run_epoch()
        done = until
        raw = run_network(fit.model, data.packed, task.held_out).raw
        yield slice(None), np.where(np.isnan(raw), np.float32(np.inf), raw)


def _trees(data: SearchSet, recipe: Recipe, fold: int) -> Iterator[Step]:
    rows, held_out = data.train(fold), tree_matrix(data.packed, data.held_out(fold))
    for column, endpoint in enumerate(recipe.endpoints):
        known = rows[~np.isnan(data.targets[rows, column])]
        trees = grow_trees(
            tree_matrix(data.packed, known),
            data.targets[known, column],
            endpoint.kind,
            recipe.trees,
            seed=recipe.training.seed,
            threads=1,
        )
        yield slice(column, column + 1), BoostedTrees([trees]).predict(held_out)
