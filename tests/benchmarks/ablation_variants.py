"""The variants of the ablations: how each is trained, and what it says of the fold held out."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
import torch
from ablation_networks import CHIRALITY, GEOMETRY, BondMessages, Design, Encoder
from ablation_sets import Trial, stereo_codes, unlabelled
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from screening.chem.graphs import ATOM_FIELD_SIZES, BOND_FIELD_SIZES
from screening.estimators.batches import Batch, make_batch
from screening.estimators.blend import OneEndpoint
from screening.estimators.features import PackedFeatures, dense_counts, take_ranges
from screening.estimators.inference import run_network
from screening.estimators.network import MultiTaskNetwork
from screening.estimators.trees import BoostedTrees, tree_matrix
from screening.train.calibrate import calibrate_classifier
from screening.train.fit import Fit, Task
from screening.train.grow import grow_trees
from screening.train.losses import masked_losses
from screening.train.recipe import NetworkRecipe, TrainingRecipe

SEEDS = (0, 1)
MEMBERS = 4
FULL = "full network"
FULL_SEEDS = range(MEMBERS * len(SEEDS))
"""The networks of the ensembles, each also measured alone: their spread is the noise."""
PRETRAINING_EPOCHS = 5


class Trained(NamedTuple):
    """Outputs (n_held_out, n_endpoints), seconds of one processor, and number of weights."""

    raw: NDArray[np.floating]
    seconds: float
    parameters: int | None


Variant = Callable[[Trial, int], Trained]


def network(
    of: Trial,
    seed: int,
    *,
    design: Design | None = None,
    layers: int | None = None,
    longer: int = 1,
    stereo: bool = False,
    rare_class: bool = False,
) -> Trained:
    """One network; without a design, the package's own. `longer` multiplies the epochs."""
    is_class = np.ones(of.labels.shape[1], np.bool_)
    task = Task(of.packed, of.labels, is_class, of.train, of.held_out)
    sizes = of.recipe.network
    if layers is not None:
        sizes = sizes.model_copy(update={"layers": layers})
    with ExitStack() as changes:
        if design is not None:
            changes.enter_context(patch("screening.train.fit.build_network", design.build))
        if stereo:
            batches = _batches_with_stereo(of)
            changes.enter_context(patch("screening.train.fit.make_batch", batches))
            changes.enter_context(patch("screening.estimators.inference.make_batch", batches))
        if rare_class:
            losses = _rare_class_losses(of)
            changes.enter_context(patch("screening.train.fit.masked_losses", losses))
        epochs = of.recipe.training.epochs * longer
        training = of.recipe.training.model_copy(update={"epochs": epochs})
        model, seconds = _fitted(task, sizes, training, seed)
        raw = run_network(model, of.packed, of.held_out).raw
    return Trained(raw, seconds, sum(item.numel() for item in model.parameters()))


def _fitted(
    task: Task, sizes: NetworkRecipe, training: TrainingRecipe, seed: int
) -> tuple[MultiTaskNetwork, float]:
    started = time.process_time()
    fit = Fit(task, sizes, training, seed, "cpu")
    for _ in range(training.epochs):
        fit.run_epoch()
    return fit.rounded(), time.process_time() - started


def _batches_with_stereo(of: Trial) -> Callable[[PackedFeatures, NDArray[np.int64]], Batch]:
    """Batches whose atoms and bonds have a last field with their stereochemistry."""
    of_atoms, of_bonds = stereo_codes(of, CHIRALITY, GEOMETRY)

    def batches(packed: PackedFeatures, rows: NDArray[np.int64]) -> Batch:
        batch = make_batch(packed, rows)
        atoms, _ = take_ranges(packed.atom_offset, rows)
        bonds, _ = take_ranges(packed.bond_offset, rows)
        chirality = torch.from_numpy(of_atoms[atoms] + sum(ATOM_FIELD_SIZES))
        geometry = torch.from_numpy(of_bonds[np.tile(bonds, 2)] + sum(BOND_FIELD_SIZES))
        return batch._replace(
            atoms=torch.cat([batch.atoms, chirality], dim=1),
            bonds=torch.cat([batch.bonds.unsqueeze(1), geometry], dim=1),
        )

    return batches


def _rare_class_losses(of: Trial) -> Callable[[Tensor, Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Losses in which both classes of an endpoint weigh alike, as torch's `pos_weight` does it."""
    share = torch.from_numpy(np.nanmean(of.labels[of.train], axis=0))
    weight = (1 - share) / share

    def losses(output: Tensor, target: Tensor, is_class: Tensor) -> tuple[Tensor, Tensor]:
        cells, known = masked_losses(output, target, is_class)
        return torch.where(target == 1, cells * weight, cells), known

    return losses


def pretrained(of: Trial, seed: int) -> Trained:
    """The graph first learns the descriptors of structures without labels."""
    packed = unlabelled(of)
    scale = np.maximum(packed.descriptors.std(0), 1e-3)
    targets = ((packed.descriptors - packed.descriptors.mean(0)) / scale).clip(-5, 5)
    rows = np.arange(len(packed))
    task = Task(packed, targets, np.zeros(targets.shape[1], np.bool_), rows, rows[:0])
    training = of.recipe.training.model_copy(update={"epochs": PRETRAINING_EPOCHS})
    with patch("screening.train.fit.build_network", Design(parts=("graph",)).build):
        model, seconds = _fitted(task, of.recipe.network, training, seed)
    tuned = network(of, seed, design=Design(graph_weights=model.graph.state_dict()))
    return tuned._replace(seconds=seconds + tuned.seconds)


@functools.cache
def full(of: Trial, seed: int) -> Trained:
    """The network of the recipe."""
    return network(of, seed)


@functools.cache
def trees(of: Trial, seed: int) -> Trained:
    """The boosted trees of the recipe."""
    started = time.process_time()
    grown = [
        grow_trees(
            tree_matrix(of.packed, rows),
            of.labels[rows, column],
            "classification",
            of.recipe.trees,
            seed=seed,
            threads=1,
        )
        for column, rows in enumerate(of.columns(of.train))
    ]
    seconds = time.process_time() - started
    raw = BoostedTrees(grown).predict(tree_matrix(of.packed, of.held_out))
    return Trained(raw, seconds, None)


@functools.cache
def forest(of: Trial, seed: int) -> Trained:
    """Random forest on Morgan counts, as log odds so that it can be blended."""
    asked = dense_counts(of.packed, of.held_out)
    started = time.process_time()
    raw = np.empty((len(asked), of.labels.shape[1]))
    number = of.recipe.baseline.trees
    for column, rows in enumerate(of.columns(of.train)):
        model = RandomForestClassifier(number, random_state=seed)
        model.fit(dense_counts(of.packed, rows), of.labels[rows, column].astype(int))
        share = model.predict_proba(asked)[:, 1].clip(0.5 / number, 1 - 0.5 / number)
        raw[:, column] = np.log(share / (1 - share))
    return Trained(raw, time.process_time() - started, None)


@functools.cache
def ensemble(of: Trial, seed: int) -> Trained:
    """The mean of four networks."""
    return mean(of, seed, [partial(_later, skip=len(SEEDS) * k) for k in range(MEMBERS)])


def _later(of: Trial, seed: int, skip: int) -> Trained:
    return full(of, seed + skip)


def mean(of: Trial, seed: int, members: Sequence[Variant]) -> Trained:
    """The mean of the members' outputs."""
    found = [member(of, seed) for member in members]
    known = [item.parameters for item in found if item.parameters is not None]
    seconds = sum(item.seconds for item in found)
    return Trained(np.mean([item.raw for item in found], axis=0), seconds, sum(known) or None)


def chosen_share(of: Trial, seed: int) -> Trained:
    """Network and trees, each endpoint with the share of the trees that an inner fold prefers."""

    def blend(inside: NDArray, label: NDArray, outside: NDArray) -> NDArray:
        said = OneEndpoint(inside[:1], inside[1], np.zeros_like(inside[1]))
        share = calibrate_classifier(said, label, can_vote=False).tree_share
        return (1 - share) * outside[0] + share * outside[1]

    return _fitted_blend(of, seed, (full, trees), blend)


def stacked(of: Trial, seed: int, members: Sequence[Variant]) -> Trained:
    """A logistic regression on the members' outputs, fitted on an inner fold."""

    def blend(inside: NDArray, label: NDArray, outside: NDArray) -> NDArray:
        model = LogisticRegression().fit(inside.T, label)
        return model.decision_function(outside.T)

    return _fitted_blend(of, seed, members, blend)


def _fitted_blend(
    of: Trial,
    seed: int,
    members: Sequence[Variant],
    blend: Callable[[NDArray, NDArray, NDArray], NDArray],
) -> Trained:
    """Blend each endpoint by what an inner fold teaches; its outputs are (m, n)."""
    inner = of.inner
    within = [member(inner, seed) for member in members]
    found = [member(of, seed) for member in members]
    labels = of.labels[inner.held_out]
    inside, outside = np.stack([i.raw for i in within]), np.stack([i.raw for i in found])
    raw = np.empty(outside.shape[1:])
    for column in range(raw.shape[1]):
        known = ~np.isnan(labels[:, column])
        raw[:, column] = blend(
            inside[:, known, column], labels[known, column], outside[:, :, column]
        )
    plain = mean(of, seed, members)
    return plain._replace(raw=raw, seconds=plain.seconds + sum(item.seconds for item in within))


def _changed(**switches: object) -> Variant:
    return partial(network, design=Design(encoder=partial(Encoder, **switches)))


_MLP = partial(network, design=Design(parts=("counts", "descriptors")))
_ONE_LAYER = partial(network, layers=1)
_VIRTUAL = _changed(virtual_node=True)

VARIANTS: dict[str, Variant] = {
    "random forest on Morgan counts": forest,
    FULL: full,
    "without the counts": partial(network, design=Design(parts=("graph", "descriptors"))),
    "without the descriptors": partial(network, design=Design(parts=("graph", "counts"))),
    "graph alone": partial(network, design=Design(parts=("graph",))),
    "without the graph": _MLP,
    "without bond features": _changed(bonds=False),
    "1 layer": _ONE_LAYER,
    "2 layers": partial(network, layers=2),
    "5 layers": partial(network, layers=5),
    "mean pooling": _changed(pooling=("mean",)),
    "sum pooling": _changed(pooling=("sum",)),
    "attention pooling": _changed(pooling=("attention",)),
    "mean, sum and attention": _changed(pooling=("mean", "sum", "attention")),
    "virtual node": _VIRTUAL,
    "messages between bonds": partial(network, design=Design(encoder=BondMessages)),
    "stereo features": partial(
        network, design=Design(encoder=partial(Encoder, stereo=True)), stereo=True
    ),
    "rare class weighted": partial(network, rare_class=True),
    "3 times the epochs": partial(network, longer=3),
    "pretrained on descriptors": pretrained,
    "4 networks": ensemble,
    "trees alone": trees,
    "network and trees, mean": partial(mean, members=(full, trees)),
    "network and trees, shares chosen": chosen_share,
    "network and trees, stacked": partial(stacked, members=(full, trees)),
    "4 networks and trees, mean": partial(mean, members=(ensemble, trees)),
    "without the graph, and trees": partial(mean, members=(_MLP, trees)),
    "1 layer, and trees": partial(mean, members=(_ONE_LAYER, trees)),
    "virtual node, and trees": partial(mean, members=(_VIRTUAL, trees)),
    "network, trees and forest, mean": partial(mean, members=(full, trees, forest)),
}
