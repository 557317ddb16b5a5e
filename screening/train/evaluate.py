"""Calibration, domain and metrics of every endpoint, from what the models had not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screening.core.bundle import DomainLimits
from screening.estimators.calibration import Calibration
from screening.estimators.domain import DomainIndex, label_patterns
from screening.estimators.features import take_ranges
from screening.estimators.inference import run_network
from screening.estimators.model_space import ModelSpace
from screening.estimators.scorer import Values, ensemble_values
from screening.estimators.verdict import VERDICTS, judge
from screening.train.calibrate import Scaling, calibrate_classifier, calibrate_regressor
from screening.train.domain_limits import Errors, choose_limits, errors_of
from screening.train.ensemble import Ensemble, Outputs
from screening.train.metrics import Metrics, endpoint_metrics, reliability
from screening.train.prepare import Prepared
from screening.train.recipe import EndpointRecipe, Recipe
from screening.train.space import fit_space
from screening.train.split import Rows
from screening.train.targets import learned_scale

_FOLDS_OF_ONE = 5


@dataclass(frozen=True)
class Domain:
    """Neighbours and space of a bundle, and what they say of its own structures.

    similarity, distance : (n, n_endpoints), to those that the structure's models had learned from;
    NaN where the models had seen it.
    """

    index: DomainIndex
    space: ModelSpace
    similarity: NDArray[np.float32]
    distance: NDArray[np.float32]


@dataclass(frozen=True)
class Measured:
    """What the metrics are of: rows, their values, and those of networks and trees alone."""

    rows: Rows
    joined: Values
    networks: Values
    trees: Values
    name: str


@dataclass(frozen=True)
class Evaluation:
    """Per endpoint, in the recipe's order; and what was measured."""

    calibrations: list[Calibration]
    limits: list[DomainLimits]
    metrics: list[dict[str, Metrics]]
    measured: Measured


def _index(prepared: Prepared, rows: Rows) -> DomainIndex:
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


def build_domain(recipe: Recipe, prepared: Prepared, ensemble: Ensemble) -> Domain:
    """Neighbours among all that is learned from, and the space of the first network."""
    split, packed = prepared.split, prepared.packed
    shape = prepared.labelled.labels.shape
    similarity, distance = (np.full(shape, np.nan, np.float32) for _ in range(2))
    index = _index(prepared, split.learned())
    for fold in range(split.n_folds):
        rows = split.held_out(fold)
        similarity[rows] = _index(prepared, split.train(fold)).nearest(packed, rows).similarity
    test = split.test()
    similarity[test] = index.nearest(packed, test).similarity
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
    return Domain(index, space, similarity, distance)


def fit_calibrations(
    recipe: Recipe, labels: NDArray[np.float32], outputs: Outputs, scaling: Sequence[Scaling]
) -> list[Calibration]:
    """Calibrations from structures held out.

    Parameters
    ----------
    labels : (n, n_endpoints). outputs : of the same structures. scaling : of the endpoints.
    """
    calibrations = []
    for column, endpoint in enumerate(recipe.endpoints):
        known = ~np.isnan(labels[:, column])
        networks, trees = outputs.networks[:, known, column], outputs.trees[known, column]
        label = labels[known, column].astype(np.float64)
        if endpoint.kind == "classification":
            calibrations.append(calibrate_classifier(networks, trees, label))
        else:
            value = learned_scale(endpoint, labels[known, column]).astype(np.float64)
            calibrations.append(calibrate_regressor(networks, trees, value, scaling[column]))
    return calibrations


def _take(outputs: Outputs, rows: Rows) -> Outputs:
    return Outputs(outputs.networks[:, rows], outputs.trees[rows])


def _values(outputs: Outputs, calibrations: Sequence[Calibration]) -> Values:
    return ensemble_values(outputs.networks, outputs.trees, calibrations)


def _measure(
    recipe: Recipe, prepared: Prepared, ensemble: Ensemble, scaling: Sequence[Scaling]
) -> Measured:
    """Values of the test structures; without them, of those held out, each calibrated by others.

    A calibration that has seen a label would flatter itself.
    """
    labels, split = prepared.labelled.labels, prepared.split
    test, held_out = split.test(), np.flatnonzero(split.fold >= 0)
    known = _take(ensemble.held_out, held_out)
    if len(test):
        fitted = fit_calibrations(recipe, labels[held_out], known, scaling)
        pairs = [(np.arange(len(test)), fitted)]
        rows, outputs, name = test, ensemble.test, "test structures"
    else:
        rows, outputs, name = held_out, known, "held-out structures of all folds"
        parts = split.fold[held_out] if split.n_folds > 1 else np.arange(len(rows)) % _FOLDS_OF_ONE
        pairs = [
            (
                np.flatnonzero(parts == part),
                fit_calibrations(
                    recipe,
                    labels[rows[parts != part]],
                    _take(known, np.flatnonzero(parts != part)),
                    scaling,
                ),
            )
            for part in np.unique(parts)
        ]
    results = [
        Values(*(np.empty(outputs.trees.shape, np.float32) for _ in range(4))) for _ in "123"
    ]
    for places, calibrations in pairs:
        for result, share in zip(results, (None, 0.0, 1.0), strict=True):
            some = calibrations if share is None else list(_with_share(calibrations, share))
            for array, numbers in zip(result, _values(_take(outputs, places), some), strict=True):
                array[places] = numbers
    joined, networks, trees = results
    return Measured(rows, joined, networks, trees, name)


def _with_share(calibrations: Sequence[Calibration], share: float) -> Iterator[Calibration]:
    for item in calibrations:
        yield item.model_copy(update={"tree_share": share})


def evaluate(
    recipe: Recipe,
    prepared: Prepared,
    ensemble: Ensemble,
    scaling: Sequence[Scaling],
    domain: Domain,
) -> Evaluation:
    """Calibrate on what was held out, and measure on what no model or calibration has seen."""
    labels = prepared.labelled.labels
    held_out = np.flatnonzero(prepared.split.fold >= 0)
    outputs = _take(ensemble.held_out, held_out)
    calibrations = fit_calibrations(recipe, labels[held_out], outputs, scaling)
    measured = _measure(recipe, prepared, ensemble, scaling)
    cases = [
        _case(recipe, prepared, measured, domain, column) for column in range(len(recipe.endpoints))
    ]
    limits = choose_limits([_errors(case) for case in cases])
    metrics = [
        {**_accuracy(case), **_verdict_metrics(case, limit)}
        for case, limit in zip(cases, limits, strict=True)
    ]
    return Evaluation(calibrations, limits, metrics, measured)


@dataclass(frozen=True)
class _Case:
    """One endpoint's measured structures that have a label; arrays (n,).

    learned_base : mean label of what was learned from, on the scale that is learned.
    """

    endpoint: EndpointRecipe
    label: NDArray[np.float32]
    joined: NDArray[np.float32]
    networks: NDArray[np.float32]
    trees: NDArray[np.float32]
    low: NDArray[np.float32]
    high: NDArray[np.float32]
    similarity: NDArray[np.float32]
    distance: NDArray[np.float32]
    learned_base: float


def _case(
    recipe: Recipe, prepared: Prepared, measured: Measured, domain: Domain, column: int
) -> _Case:
    endpoint, labels = recipe.endpoints[column], prepared.labelled.labels[:, column]
    known = ~np.isnan(labels[measured.rows])
    rows, learned = measured.rows[known], labels[prepared.split.learned()]
    return _Case(
        endpoint,
        labels[rows],
        measured.joined.value[known, column],
        measured.networks.value[known, column],
        measured.trees.value[known, column],
        measured.joined.low[known, column],
        measured.joined.high[known, column],
        domain.similarity[rows, column],
        domain.distance[rows, column],
        float(np.nanmean(learned_scale(endpoint, learned))),
    )


def _errors(case: _Case) -> Errors:
    return errors_of(
        case.endpoint.kind,
        learned_scale(case.endpoint, case.label),
        learned_scale(case.endpoint, case.joined),
        case.learned_base,
        similarity=case.similarity,
        distance=case.distance,
    )


def _accuracy(case: _Case) -> dict[str, Metrics]:
    kind, label = case.endpoint.kind, case.label
    found = {
        "joined": endpoint_metrics(kind, label, case.joined),
        "network": endpoint_metrics(kind, label, case.networks),
        "trees": endpoint_metrics(kind, label, case.trees),
    }
    if kind == "classification":
        found["reliability"] = reliability(label, case.joined)
    elif len(label):
        inside = (label >= case.low) & (label <= case.high)
        found["joined"]["interval_coverage"] = float(inside.mean())
    return found


def _verdict_metrics(case: _Case, limits: DomainLimits) -> dict[str, Metrics]:
    """Per verdict: metrics, share of the structures, and error relative to the base value's.

    Of structures whose distance is known: those that the first network has not seen.
    """
    seen = ~np.isnan(case.distance)
    verdict = judge(case.similarity[seen, None], case.distance[seen, None], [limits])[:, 0]
    errors = _errors(case)
    label, value = case.label[seen], case.joined[seen]
    error, reference = errors.error[seen], errors.reference[seen]
    found = {}
    for code, name in enumerate(VERDICTS):
        inside = verdict == code
        found[name] = endpoint_metrics(case.endpoint.kind, label[inside], value[inside])
        found[name]["share"] = float(inside.mean()) if len(inside) else None
        total = float(reference[inside].sum())
        found[name]["error"] = float(error[inside].sum()) / total if total > 0 else None
    return found
