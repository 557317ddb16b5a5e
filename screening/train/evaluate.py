"""Calibration, domain threshold and test metrics of every endpoint."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screening.estimators.calibration import Calibration
from screening.estimators.domain import DomainIndex, Nearest, label_patterns
from screening.estimators.features import take_ranges
from screening.estimators.scorer import ensemble_values
from screening.train.calibrate import calibrate_classifier, calibrate_regressor
from screening.train.domain_threshold import choose_similarity
from screening.train.metrics import Metrics, endpoint_metrics
from screening.train.prepare import Prepared
from screening.train.recipe import Recipe
from screening.train.split import TEST, TRAIN, VALIDATION


@dataclass(frozen=True)
class Evaluation:
    """Per endpoint, in the recipe's order."""

    calibrations: list[Calibration]
    thresholds: list[tuple[float, str]]
    metrics: list[Metrics]
    coverage: list[float | None]
    in_domain_share: list[float | None]
    domain_metrics: list[Metrics]


def build_domain(prepared: Prepared) -> DomainIndex:
    """Index of the train part."""
    rows = prepared.rows(TRAIN)
    packed, labelled = prepared.packed, prepared.labelled
    positions, _ = take_ranges(packed.bit_offset, rows)
    sizes = packed.bit_offset[rows + 1] - packed.bit_offset[rows]
    return DomainIndex(
        packed.bits[positions],
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        label_patterns(labelled.labels[rows]),
        n_endpoints=labelled.labels.shape[1],
        flat_keys=[labelled.flat_keys[row] for row in rows],
        smiles=[labelled.public_smiles[row] for row in rows],
    )


def _nearest(prepared: Prepared, domain: DomainIndex, rows: NDArray[np.int64]) -> Nearest:
    offset = prepared.packed.bit_offset
    return domain.nearest([prepared.packed.bits[offset[row] : offset[row + 1]] for row in rows])


def fit_calibrations(
    recipe: Recipe,
    labels: NDArray[np.float32],
    raw: NDArray[np.float32],
    scaling: NDArray[np.float64],
) -> list[Calibration]:
    """Calibrations from the validation part.

    Parameters
    ----------
    labels : (n, e). raw : (members, n, e). scaling : (e, 2) mean and scale of regressions.
    """
    calibrations = []
    for column, endpoint in enumerate(recipe.endpoints):
        known = ~np.isnan(labels[:, column])
        mean_raw = raw[:, known, column].mean(0).astype(np.float64)
        label = labels[known, column].astype(np.float64)
        if endpoint.kind == "classification":
            calibrations.append(calibrate_classifier(mean_raw, label))
        else:
            mean, scale = scaling[column]
            calibrations.append(calibrate_regressor(mean_raw, label, float(mean), float(scale)))
    return calibrations


def evaluate(
    recipe: Recipe,
    prepared: Prepared,
    raw: NDArray[np.float32],
    scaling: NDArray[np.float64],
    domain: DomainIndex,
) -> Evaluation:
    """Calibrate on validation, then measure once on test.

    Parameters
    ----------
    raw : (members, n, e) raw outputs of all rows; rows of the train part are not looked at.
    scaling : (e, 2) mean and scale of regression labels.
    """
    labels = prepared.labelled.labels
    validation, test = prepared.rows(VALIDATION), prepared.rows(TEST)
    calibrations = fit_calibrations(recipe, labels[validation], raw[:, validation], scaling)
    near_validation = _nearest(prepared, domain, validation)
    near_test = _nearest(prepared, domain, test)
    on_validation, _, _, _ = ensemble_values(raw[:, validation], calibrations)
    value, _, low, high = ensemble_values(raw[:, test], calibrations)
    result = Evaluation(calibrations, [], [], [], [], [])
    train_labels = labels[prepared.rows(TRAIN)]
    for column, endpoint in enumerate(recipe.endpoints):
        known = ~np.isnan(labels[validation, column])
        result.thresholds.append(
            choose_similarity(
                endpoint.kind,
                labels[validation[known], column],
                on_validation[known, column],
                near_validation.similarity[known, column],
                float(np.nanmean(train_labels[:, column])),
            )
        )
        known = ~np.isnan(labels[test, column])
        label = labels[test[known], column]
        inside = near_test.similarity[known, column] >= result.thresholds[-1][0]
        result.metrics.append(endpoint_metrics(endpoint.kind, label, value[known, column]))
        result.domain_metrics.append(
            endpoint_metrics(endpoint.kind, label[inside], value[known, column][inside])
        )
        result.in_domain_share.append(float(inside.mean()) if len(inside) else None)
        covered = (label >= low[known, column]) & (label <= high[known, column])
        regression = endpoint.kind == "regression" and len(label) > 0
        result.coverage.append(float(covered.mean()) if regression else None)
    return result
