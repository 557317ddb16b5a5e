"""Networks and trees of every fold, and what they say of the structures they have not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from screening.estimators.inference import run_network, run_networks
from screening.estimators.network import MultiTaskNetwork
from screening.estimators.trees import BoostedTrees, tree_matrix
from screening.train.fold_trees import grow_all
from screening.train.members import fit_members
from screening.train.work import Work


class RawOutputs(NamedTuple):
    """Raw outputs of networks (m, n, n_endpoints) and trees (n, n_endpoints), float32."""

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
    held_out: RawOutputs
    test: RawOutputs


def fit_ensemble(work: Work, workers: int, device: str) -> Ensemble:
    """Train the networks and trees of all folds.

    Parameters
    ----------
    workers : networks trained at once on the CPU, and threads of the trees.
    """
    members = fit_members(work, workers, device)
    trees, held_out_trees = grow_all(work, workers)
    packed, split = work.prepared.packed, work.prepared.split
    per_fold = work.recipe.training.members
    networks = np.full((per_fold, *work.targets.shape), np.nan, np.float32)
    for index, member in enumerate(members):
        rows = split.held_out(index // per_fold)
        networks[index % per_fold, rows] = run_network(member, packed, rows).raw
    test = split.test()
    return Ensemble(
        members,
        trees,
        RawOutputs(networks, held_out_trees),
        RawOutputs(
            np.stack([one.raw for one in run_networks(members, packed, test)]),
            trees.predict(tree_matrix(packed, test)),
        ),
    )
