"""What is measured of a model: for each endpoint its metrics, calibration and domain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from screening.core.bundle import Kind
from screening.core.fixed_test import too_few
from screening.core.judgement import Role
from screening.judge.measures import (
    Floats,
    Measure,
    auprc,
    auroc,
    calibration_error,
    coverage_shortfall,
    mean_of,
    on_rows,
    spearman,
)
from screening.judge.settings import JudgeSettings

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Predicted:
    """What a model says of n structures for one endpoint, each (n,).

    value : calibrated probability, or value in the unit. low, high : 90 % interval. inside : bool,
    whether the prediction is in domain.
    """

    value: Floats
    low: Floats
    high: Floats
    inside: NDArray[np.bool_]

    def take(self, rows: Rows) -> Predicted:
        """The same of some structures."""
        return Predicted(self.value[rows], self.low[rows], self.high[rows], self.inside[rows])


# What a model says of the fixed test, by endpoint.
Model = Mapping[str, Predicted]


@dataclass(frozen=True)
class LabelledEndpoint:
    """An endpoint on the fixed test. label : (n,) in its unit, NaN where unknown."""

    id: str
    kind: Kind
    label: Floats

    def rows(self, among: NDArray[np.bool_] | None = None) -> Rows:
        """Rows with a label, of all or of some structures (n,)."""
        known = np.isfinite(self.label)
        return np.flatnonzero(known if among is None else known & among)

    def too_few(self, rows: Rows, settings: JudgeSettings) -> str:
        """Why it cannot be judged on some labelled structures; empty where it can be."""
        return too_few(self.kind, self.label[rows], settings.least_labels, settings.least_class)


@dataclass(frozen=True)
class Metric:
    """A metric of an endpoint. sign : +1 where more is better, -1 where less is."""

    what: str
    role: Role
    sign: int
    of: Callable[[Floats, Predicted], Measure]


_METRICS: Mapping[Kind, tuple[Metric, ...]] = {
    "classification": (
        Metric("AUROC", "guards", 1, lambda label, said: auroc(label, said.value)),
        Metric("AUPRC", "shows", 1, lambda label, said: auprc(label, said.value)),
        Metric("Brier score", "shows", -1, lambda label, said: mean_of((label - said.value) ** 2)),
        Metric(
            *("calibration error", "guards", -1),
            lambda label, said: calibration_error(label, said.value),
        ),
    ),
    "regression": (
        Metric("MAE", "guards", -1, lambda label, said: mean_of(np.abs(label - said.value))),
        Metric("Spearman", "shows", 1, lambda label, said: spearman(label, said.value)),
        Metric(
            *("coverage shortfall", "guards", -1),
            lambda label, said: coverage_shortfall(label, said.low, said.high),
        ),
    ),
}


@dataclass(frozen=True)
class Quantity:
    """Something that is measured of a model.

    Parameters
    ----------
    what, endpoint, role : as in `core.judgement.ReasonRow`.
    sign : +1 where more is better, -1 where less is.
    measure_of : its measure, from what a model says.
    tolerance : how much worse is not yet worse, in the quantity's own unit.
    """

    what: str
    endpoint: str
    role: Role
    sign: int
    measure_of: Callable[[Model], Measure]
    tolerance: float


def endpoint_quantities(endpoint: LabelledEndpoint, settings: JudgeSettings) -> Iterator[Quantity]:
    """Metrics, calibration and domain of one endpoint."""
    rows = endpoint.rows()
    primary, *others = _METRICS[endpoint.kind]
    tolerance = settings.skill_tolerance / abs(_skill_factor(endpoint))
    yield _quantity(endpoint, rows, primary, tolerance)
    for metric in others:
        yield _quantity(endpoint, rows, metric, settings.calibration_tolerance)
    yield Quantity(
        *("share in domain", endpoint.id, "guards", 1),
        # Of all structures: where a model dares to speak does not depend on labels.
        lambda model: mean_of(model[endpoint.id].inside.astype(np.float64)),
        settings.domain_tolerance,
    )


def skill(
    what: str, role: Role, parts: Sequence[tuple[LabelledEndpoint, Rows]], settings: JudgeSettings
) -> Quantity:
    """Mean over endpoints of the primary metric, brought to one scale.

    AUROC becomes 2 AUROC - 1 (Somers' D), and MAE becomes 1 - MAE / MAE of the test's median, the
    best of all constants: 0 is the base value and 1 perfect, for every endpoint.

    Parameters
    ----------
    what, role : of the quantity. parts : endpoints, each with the labelled structures that count.
    """

    def measure_of(model: Model) -> Measure:
        skills = [_skill_of(endpoint, rows, model) for endpoint, rows in parts]
        return lambda weights: _mean_of_known(np.stack([one(weights) for one in skills]))

    return Quantity(what, "", role, 1, measure_of, settings.skill_tolerance)


def _mean_of_known(skills: Floats) -> Floats:
    """(n_draws,): an endpoint that has one class alone in a draw is left out, for both models."""
    known = np.isfinite(skills)
    count = known.sum(0)
    total = np.where(known, skills, 0.0).sum(0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _skill_of(endpoint: LabelledEndpoint, rows: Rows, model: Model) -> Measure:
    factor = _skill_factor(endpoint)
    measure = _measure(endpoint, rows, _METRICS[endpoint.kind][0], model)
    return lambda weights: factor * measure(weights) - np.sign(factor)


def _skill_factor(endpoint: LabelledEndpoint) -> float:
    """Skill of a unit of the primary metric: of AUROC 2, of MAE -1 / MAE of the median."""
    if endpoint.kind == "classification":
        return 2.0
    label = endpoint.label[endpoint.rows()]
    return -1.0 / float(np.abs(label - np.median(label)).mean())


def _quantity(endpoint: LabelledEndpoint, rows: Rows, metric: Metric, tolerance: float) -> Quantity:
    measure_of = partial(_measure, endpoint, rows, metric)
    return Quantity(metric.what, endpoint.id, metric.role, metric.sign, measure_of, tolerance)


def _measure(endpoint: LabelledEndpoint, rows: Rows, metric: Metric, model: Model) -> Measure:
    return on_rows(metric.of(endpoint.label[rows], model[endpoint.id].take(rows)), rows)
