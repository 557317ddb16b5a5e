"""Calibration, limits of the domain and metrics, from what the models had not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screening.core.bundle import DomainLimits
from screening.estimators.calibration import Calibration
from screening.estimators.metrics import Metrics, endpoint_metrics, reliability
from screening.estimators.scorer import Values, ensemble_values
from screening.estimators.verdict import VERDICTS, judge
from screening.train.calibrate import Scaling, calibrate_classifier, calibrate_regressor
from screening.train.domain import Domain
from screening.train.domain_limits import Errors, choose_limits, errors_of
from screening.train.ensemble import Ensemble, Outputs
from screening.train.prepare import Prepared
from screening.train.recipe import EndpointRecipe, Recipe
from screening.train.split import Rows
from screening.train.targets import learned_scale

_FOLDS_OF_ONE = 5


@dataclass(frozen=True)
class Measured:
    """What the metrics are of: rows and their values.

    networks, trees : (n, n_endpoints) of each alone; of classes they rank and are not calibrated.
    """

    rows: Rows
    joined: Values
    networks: NDArray[np.float32]
    trees: NDArray[np.float32]
    name: str


@dataclass(frozen=True)
class Evaluation:
    """Per endpoint, in the recipe's order; and what was measured."""

    calibrations: list[Calibration]
    limits: list[DomainLimits]
    metrics: list[dict[str, Metrics]]
    measured: Measured


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
    test, held_out = split.test(), split.calibrating()
    known = _take(ensemble.held_out, held_out)
    if len(test):
        fitted = fit_calibrations(recipe, labels[held_out], known, scaling)
        return _measured("test structures", test, ensemble.test, [(np.arange(len(test)), fitted)])
    parts = split.fold[held_out] if split.n_folds > 1 else np.arange(len(held_out)) % _FOLDS_OF_ONE
    pairs = []
    for part in np.unique(parts):
        others = np.flatnonzero(parts != part)
        fitted = fit_calibrations(recipe, labels[held_out[others]], _take(known, others), scaling)
        pairs.append((np.flatnonzero(parts == part), fitted))
    return _measured("held-out structures of all folds", held_out, known, pairs)


def _measured(
    name: str, rows: Rows, outputs: Outputs, pairs: Sequence[tuple[Rows, list[Calibration]]]
) -> Measured:
    """Values of some rows; `pairs` are places in them and the calibrations that apply there."""
    joined = Values(*(np.empty(outputs.trees.shape, np.float32) for _ in Values._fields))
    networks, trees = np.empty_like(joined.value), np.empty_like(joined.value)
    for places, calibrations in pairs:
        some = _take(outputs, places)
        for array, numbers in zip(joined, _values(some, calibrations), strict=True):
            array[places] = numbers
        networks[places] = _values(some, [_alone(item, 0.0) for item in calibrations]).value
        trees[places] = _values(some, [_alone(item, 1.0) for item in calibrations]).value
    return Measured(rows, joined, networks, trees, name)


def _alone(calibration: Calibration, tree_share: float) -> Calibration:
    """Networks or trees without the other, for their ranks.

    The calibration is made for the blend; isotonic steps would tie what they rank apart.
    """
    if calibration.is_probability:
        return Calibration(method="identity", tree_share=tree_share)
    return calibration.model_copy(update={"tree_share": tree_share})


def evaluate(
    recipe: Recipe,
    prepared: Prepared,
    ensemble: Ensemble,
    scaling: Sequence[Scaling],
    domain: Domain,
) -> Evaluation:
    """Calibrate on what was held out, and measure on what no model or calibration has seen."""
    labels = prepared.labelled.labels
    held_out = prepared.split.calibrating()
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
        measured.networks[known, column],
        measured.trees[known, column],
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
        "network": _ranks(endpoint_metrics(kind, label, case.networks)),
        "trees": _ranks(endpoint_metrics(kind, label, case.trees)),
    }
    if kind == "classification":
        found["reliability"] = reliability(label, case.joined)
    elif len(label):
        inside = (label >= case.low) & (label <= case.high)
        found["joined"]["interval_coverage"] = float(inside.mean())
    return found


def _ranks(metrics: Metrics) -> Metrics:
    """Without the metrics of probabilities, which an uncalibrated score is not."""
    return {name: value for name, value in metrics.items() if name not in ("brier", "ece")}


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
