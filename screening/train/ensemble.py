"""Networks and trees of every fold, and what they say of the structures they have not seen."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import numpy as np
import torch
import xgboost
from numpy.typing import NDArray

from screening.core.progress import ProgressBar
from screening.estimators.inference import run_network
from screening.estimators.network import MultiTaskNetwork, build_network
from screening.estimators.trees import BoostedTrees, tree_matrix
from screening.train.fit import Task, fit_member
from screening.train.grow import grow_trees
from screening.train.prepare import Prepared
from screening.train.recipe import Recipe

_MEMBER_SEED_STEP = 1000
State = dict[str, NDArray[np.generic]]


@dataclass(frozen=True)
class Outputs:
    """Raw outputs for some structures: networks (m, n, n_endpoints), trees (n, n_endpoints)."""

    networks: NDArray[np.float32]
    trees: NDArray[np.float32]


@dataclass(frozen=True)
class Ensemble:
    """What a bundle predicts with, and its honest predictions.

    members : networks, fold by fold. trees : grown on every structure that is not a test.
    held_out : outputs of each structure by the models of its fold alone, NaN for those that no
    fold holds out. test : outputs of the test structures by all.
    """

    members: list[MultiTaskNetwork]
    trees: BoostedTrees
    held_out: Outputs
    test: Outputs


def fit_ensemble(
    recipe: Recipe, prepared: Prepared, targets: NDArray[np.float32], workers: int, device: str
) -> Ensemble:
    """Train the networks and trees of all folds.

    Parameters
    ----------
    targets : (n, n_endpoints) 0/1 or standardised, NaN unknown.
    workers : networks trained at once on the CPU, and threads of the trees.
    """
    members = _fit_members(recipe, prepared, targets, workers, device)
    trees, held_out_trees = _grow_all(recipe, prepared, targets, workers)
    split, per_fold = prepared.split, recipe.training.members
    networks = np.full((per_fold, *targets.shape), np.nan, np.float32)
    for index, member in enumerate(members):
        rows = split.held_out(index // per_fold)
        networks[index % per_fold, rows] = run_network(member, prepared.packed, rows).raw
    test = split.test()
    return Ensemble(
        members,
        trees,
        Outputs(networks, held_out_trees),
        Outputs(
            np.stack([run_network(member, prepared.packed, test).raw for member in members]),
            trees.predict(tree_matrix(prepared.packed, test)),
        ),
    )


def _fit_members(
    recipe: Recipe, prepared: Prepared, targets: NDArray[np.float32], workers: int, device: str
) -> list[MultiTaskNetwork]:
    is_class = np.array([endpoint.kind == "classification" for endpoint in recipe.endpoints])
    split = prepared.split
    tasks = [
        Task(prepared.packed, targets, is_class, split.train(fold), split.held_out(fold))
        for fold in range(split.n_folds)
        for _ in range(recipe.training.members)
    ]
    work = partial(_fit_one, recipe, device, len(tasks))
    numbers = range(len(tasks))
    if workers == 1 or len(tasks) == 1 or device != "cpu":
        states = [work(task, number) for task, number in zip(tasks, numbers, strict=True)]
    else:
        with ProcessPoolExecutor(min(workers, len(tasks)), get_context("spawn")) as pool:
            states = list(pool.map(work, tasks, numbers))
    return [_network(recipe, targets.shape[1], state) for state in states]


def _fit_one(recipe: Recipe, device: str, n_members: int, task: Task, number: int) -> State:
    """Weights of one member, as arrays that go between processes."""
    torch.set_num_threads(recipe.training.threads)
    member = fit_member(
        task,
        recipe.network,
        recipe.training,
        seed=recipe.training.seed + _MEMBER_SEED_STEP * number,
        name=f"{number + 1}/{n_members}",
        device=device,
    )
    return {name: value.cpu().numpy() for name, value in member.state_dict().items()}


def _network(recipe: Recipe, n_endpoints: int, state: State) -> MultiTaskNetwork:
    network = build_network(n_endpoints, recipe.network.model_dump())
    network.load_state_dict({name: torch.from_numpy(value) for name, value in state.items()})
    return network.eval()


def _grow_all(
    recipe: Recipe, prepared: Prepared, targets: NDArray[np.float32], workers: int
) -> tuple[BoostedTrees, NDArray[np.float32]]:
    """Trees on everything, and what the trees of each fold say of those it holds out."""
    split = prepared.split
    raw = np.full(targets.shape, np.nan, np.float32)
    boosters = []
    bar = ProgressBar("trees", targets.shape[1] * (split.n_folds + 1), "models")
    grow = partial(_grow_one, recipe, prepared, targets, workers)
    for column in range(targets.shape[1]):
        for fold in range(split.n_folds):
            rows = split.held_out(fold)
            fitted = BoostedTrees([grow(column=column, rows=split.train(fold))])
            for part in _parts(rows):
                raw[part, column] = fitted.predict(tree_matrix(prepared.packed, part))[:, 0]
            bar.add(1)
        boosters.append(grow(column=column, rows=split.learned()))
        bar.add(1)
    return BoostedTrees(boosters), raw


def _grow_one(
    recipe: Recipe,
    prepared: Prepared,
    targets: NDArray[np.float32],
    threads: int,
    *,
    column: int,
    rows: NDArray[np.int64],
) -> xgboost.Booster:
    known = rows[~np.isnan(targets[rows, column])]
    return grow_trees(
        tree_matrix(prepared.packed, known),
        targets[known, column],
        recipe.endpoints[column].kind,
        recipe.trees,
        seed=recipe.training.seed,
        threads=threads,
    )


def _parts(rows: NDArray[np.int64], size: int = 4096) -> Iterator[NDArray[np.int64]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
