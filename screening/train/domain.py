"""Neighbours and model space of a bundle, and what they say of the structures held out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screening.estimators.calibration import Calibration
from screening.estimators.domain import DomainIndex, label_patterns
from screening.estimators.features import take_ranges
from screening.estimators.inference import run_network
from screening.estimators.model_space import ModelSpace
from screening.estimators.vote import NeighbourVote
from screening.train.calibrate import Scaling
from screening.train.ensemble import Ensemble
from screening.train.prepare import Prepared
from screening.train.recipe import Recipe
from screening.train.space import fit_space
from screening.train.split import Rows


@dataclass(frozen=True)
class Domain:
    """Neighbours and space of a bundle, and what they say of its own structures.

    similarity, distance, votes : (n, n_endpoints), by those that the structure's models had learned
    from; NaN where the models had seen it.
    """

    index: DomainIndex
    space: ModelSpace
    similarity: NDArray[np.float32]
    distance: NDArray[np.float32]
    votes: NDArray[np.float32]


def training_index(prepared: Prepared, rows: Rows) -> DomainIndex:
    """The structures of some rows, to look for neighbours among."""
    packed, labelled = prepared.packed, prepared.labelled
    positions, _ = take_ranges(packed.bit_offset, rows)
    sizes = packed.bit_offset[rows + 1] - packed.bit_offset[rows]
    return DomainIndex(
        packed.bits[positions],
        packed.counts[positions],
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        label_patterns(labelled.labels[rows]),
        n_endpoints=labelled.labels.shape[1],
        flat_keys=[labelled.flat_keys[row] for row in rows],
        smiles=[labelled.public_smiles[row] for row in rows],
        labels=np.where(labelled.public_endpoints, labelled.labels[rows], np.nan),
    )


def vote_of(index: DomainIndex, recipe: Recipe, scaling: Sequence[Scaling]) -> NeighbourVote:
    """The vote of the structures of an index, before there is a calibration."""
    scales = [
        one.calibration() if endpoint.kind == "regression" else Calibration(method="identity")
        for endpoint, one in zip(recipe.endpoints, scaling, strict=True)
    ]
    return NeighbourVote(index.labels, scales)


def build_domain(
    recipe: Recipe, prepared: Prepared, ensemble: Ensemble, scaling: Sequence[Scaling]
) -> Domain:
    """Neighbours among all that is learned from, and the space of the first network."""
    split, packed = prepared.split, prepared.packed
    shape = prepared.labelled.labels.shape
    similarity, distance, votes = (np.full(shape, np.nan, np.float32) for _ in range(3))

    def ask(index: DomainIndex, rows: Rows) -> None:
        nearest = index.nearest(packed, rows)
        similarity[rows] = nearest.similarity[:, :, 0]
        votes[rows] = vote_of(index, recipe, scaling).raw(nearest)

    index = training_index(prepared, split.learned())
    for fold in range(split.n_folds):
        ask(training_index(prepared, split.train(fold)), split.held_out(fold))
    test = split.test()
    ask(index, test)
    train = split.train(0)
    first = ensemble.members[0]
    space = fit_space(
        run_network(first, packed, train).represented,
        prepared.labelled.labels[train],
        recipe.training.seed,
    )
    # The first network has seen the other folds, where its distances would flatter.
    unseen = np.concatenate([split.held_out(0), test])
    distance[unseen] = space.distance(run_network(first, packed, unseen).represented)
    return Domain(index, space, similarity, distance, votes)
