"""Calibration, limits of the domain and metrics, from what the models had not seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screening.core.bundle import DomainLimits
from screening.estimators.blend import Outputs, Values, ensemble_values
from screening.estimators.calibration import Calibration, Shares, chance_calibration_error
from screening.estimators.metrics import Metrics, endpoint_metrics, reliability
from screening.estimators.verdict import VERDICTS, judge
from screening.train.calibrate import Scaling, calibrate_classifier, calibrate_regressor
from screening.train.domain import Domain
from screening.train.domain_limits import Errors, choose_limits, errors_of
from screening.train.ensemble import Ensemble
from screening.train.prepare import Prepared
from screening.train.recipe import EndpointRecipe, Recipe
from screening.train.split import Rows
from screening.train.targets import learned_scale

_FOLDS_OF_ONE = 5
_ALONE = {"network": Shares(0.0), "trees": Shares(1.0), "neighbours": Shares(0.0, 1.0)}


@dataclass(frozen=True)
class Measured:
    """What the metrics are of: rows and their values.

    alone : (n, n_endpoints) of networks, trees and neighbours alone, by their names; of classes
    they rank and are not calibrated.
    """

    rows: Rows
    joined: Values
    alone: Mapping[str, NDArray[np.float32]]
    name: str


@dataclass(frozen=True)
class Evaluation:
    """Per endpoint, in the recipe's order; and what was measured."""

    calibrations: list[Calibration]
    limits: list[DomainLimits]
    metrics: list[dict[str, Metrics]]
    measured: Measured


@dataclass(frozen=True)
class _Task:
    """What all calibrations have in common.

    scaling : of the endpoints. can_vote : (n_endpoints,), see `DomainIndex.has_labels`.
    """

    recipe: Recipe
    scaling: Sequence[Scaling]
    can_vote: NDArray[np.bool_]


def _fit_calibrations(
    task: _Task, labels: NDArray[np.float32], outputs: Outputs
) -> list[Calibration]:
    """Calibrations from structures held out.

    Parameters
    ----------
    labels : (n, n_endpoints). outputs : of the same structures.
    """
    calibrations = []
    for column, endpoint in enumerate(task.recipe.endpoints):
        known = ~np.isnan(labels[:, column])
        said, can_vote = outputs.of(column).take(known), bool(task.can_vote[column])
        if endpoint.kind == "classification":
            label = labels[known, column].astype(np.float64)
            calibrations.append(calibrate_classifier(said, label, can_vote=can_vote))
        else:
            value = learned_scale(endpoint, labels[known, column]).astype(np.float64)
            scaling = task.scaling[column]
            calibrations.append(calibrate_regressor(said, value, scaling, can_vote=can_vote))
    return calibrations


def _measure(task: _Task, prepared: Prepared, known: Outputs, test_outputs: Outputs) -> Measured:
    """Values of the test structures; without them, of those held out, each calibrated by others.

    A calibration that has seen a label would flatter itself.

    Parameters
    ----------
    known : of the structures held out. test_outputs : of the test structures.
    """
    labels, split = prepared.labelled.labels, prepared.split
    test, held_out = split.test(), split.calibrating()
    if len(test):
        fitted = _fit_calibrations(task, labels[held_out], known)
        return _measured("test structures", test, test_outputs, [(np.arange(len(test)), fitted)])
    parts = split.fold[held_out] if split.n_folds > 1 else np.arange(len(held_out)) % _FOLDS_OF_ONE
    pairs = []
    for part in np.unique(parts):
        others = np.flatnonzero(parts != part)
        fitted = _fit_calibrations(task, labels[held_out[others]], known.take(others))
        pairs.append((np.flatnonzero(parts == part), fitted))
    return _measured("held-out structures of all folds", held_out, known, pairs)


def _measured(
    name: str, rows: Rows, outputs: Outputs, pairs: Sequence[tuple[Rows, list[Calibration]]]
) -> Measured:
    """Values of some rows; `pairs` are places in them and the calibrations that apply there."""
    joined = Values(*(np.empty(outputs.trees.shape, np.float32) for _ in Values._fields))
    alone = {who: np.empty_like(joined.value) for who in _ALONE}
    for places, calibrations in pairs:
        some = outputs.take(places)
        for array, numbers in zip(joined, ensemble_values(some, calibrations), strict=True):
            array[places] = numbers
        for who, shares in _ALONE.items():
            ranking = [_alone(item, shares) for item in calibrations]
            alone[who][places] = ensemble_values(some, ranking).value
    return Measured(rows, joined, alone, name)


def _alone(calibration: Calibration, shares: Shares) -> Calibration:
    """Networks, trees or neighbours without the others, for their ranks.

    The calibration is made for the blend; isotonic steps would tie what they rank apart.
    """
    if calibration.is_probability:
        return Calibration(method="identity").with_shares(shares)
    return calibration.with_shares(shares)


def evaluate(
    recipe: Recipe,
    prepared: Prepared,
    ensemble: Ensemble,
    scaling: Sequence[Scaling],
    domain: Domain,
) -> Evaluation:
    """Calibrate on what was held out, and measure on what no model or calibration has seen."""
    held_out, test = prepared.split.calibrating(), prepared.split.test()
    known = Outputs(*ensemble.held_out, domain.votes).take(held_out)
    task = _Task(recipe, scaling, domain.index.has_labels)
    calibrations = _fit_calibrations(task, prepared.labelled.labels[held_out], known)
    test_outputs = Outputs(*ensemble.test, domain.votes[test])
    measured = _measure(task, prepared, known, test_outputs)
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

    alone : of networks, trees and, where they vote, neighbours, by their names.
    learned_base : mean label of what was learned from, on the scale that is learned.
    """

    endpoint: EndpointRecipe
    label: NDArray[np.float32]
    joined: NDArray[np.float32]
    alone: Mapping[str, NDArray[np.float32]]
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
        {
            who: values[known, column]
            for who, values in measured.alone.items()
            if who != "neighbours" or domain.index.has_labels[column]
        },
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
        **{who: _ranks(endpoint_metrics(kind, label, said)) for who, said in case.alone.items()},
    }
    if kind == "classification":
        found["reliability"] = reliability(label, case.joined)
        if len(label):
            chance = chance_calibration_error(case.joined.astype(np.float64))
            found["joined"]["ece_of_chance"] = round(chance, 4)
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
