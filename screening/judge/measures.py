"""Metrics of one model on weighted structures, many weightings at once.

A bootstrap draw of structures is a weight for each: how often it was drawn. A measure takes
weights (n_structures, n_draws) and gives (n_draws,) values, NaN where a draw leaves the metric
undefined. With all weights 1 it is the ordinary metric (`estimators.metrics`). Draws lie side by
side in memory, so that taking structures in some order moves whole rows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from screening.estimators.calibration import COVERAGE

Floats = NDArray[np.float64]
Measure = Callable[[Floats], Floats]
_BINS = 10


def auroc(label: Floats, value: Floats) -> Measure:
    """Area under the ROC curve, ties counted half (Hanley and McNeil 1982).

    Parameters
    ----------
    label : (n,) 0 or 1. value : (n,) predicted.
    """
    order, starts = _groups(value)
    positive = label[order][:, None]

    def measure(weights: Floats) -> Floats:
        drawn = weights[order]
        active = _sums(drawn * positive, starts)
        inactive = _sums(drawn, starts) - active
        below = np.cumsum(inactive, axis=0) - inactive / 2
        pairs = active.sum(0) * inactive.sum(0)
        return _ratio((active * below).sum(0), pairs)

    return measure


def auprc(label: Floats, value: Floats) -> Measure:
    """Average precision, as scikit-learn's `average_precision_score`."""
    order, starts = _groups(-value)
    positive = label[order][:, None]

    def measure(weights: Floats) -> Floats:
        drawn = weights[order]
        active = _sums(drawn * positive, starts)
        called = np.cumsum(_sums(drawn, starts), axis=0)
        precision = np.cumsum(active, axis=0) / np.maximum(called, 1)
        return _ratio((precision * active).sum(0), active.sum(0))

    return measure


def spearman(label: Floats, value: Floats) -> Measure:
    """Spearman's rho: Pearson's correlation of mid-ranks within each draw."""
    rank_label, rank_value = _ranks(label), _ranks(value)

    def measure(weights: Floats) -> Floats:
        # The mean of n mid-ranks is (n + 1) / 2, whatever the ties.
        middle = (weights.sum(0) + 1) / 2
        first, second = rank_label(weights) - middle, rank_value(weights) - middle
        weighted = weights * first
        spread = (weighted * first).sum(0) * (weights * second**2).sum(0)
        return _ratio((weighted * second).sum(0), np.sqrt(spread))

    return measure


def mean_of(amount: Floats) -> Measure:
    """Mean of an amount (n,): absolute error, Brier's squared error, or a share of yes."""
    return lambda weights: _ratio(amount @ weights, weights.sum(0))


def calibration_error(label: Floats, probability: Floats) -> Measure:
    """Expected calibration error in the bins of the whole test, which each draw keeps.

    As `estimators.calibration.expected_calibration_error`, with ten bins of equal count.
    """
    order = np.argsort(probability, kind="stable")
    bins = np.array_split(order, min(_BINS, len(order)))
    starts = np.cumsum([0, *map(len, bins[:-1])])
    excess = (probability - label)[order][:, None]

    def measure(weights: Floats) -> Floats:
        gaps = np.add.reduceat(weights[order] * excess, starts, axis=0)
        return _ratio(np.abs(gaps).sum(0), weights.sum(0))

    return measure


def coverage_shortfall(label: Floats, low: Floats, high: Floats) -> Measure:
    """How much less than 90 % of the labels lie within their 90 % intervals.

    More than 90 % is no fault here: intervals that are too wide claim too little, not too much.
    """
    share = mean_of(((low <= label) & (label <= high)).astype(np.float64))
    return lambda weights: np.maximum(COVERAGE - share(weights), 0.0)


def on_rows(measure: Measure, rows: NDArray[np.int64]) -> Measure:
    """A measure of some structures, as one that takes the weights of all."""
    return lambda weights: measure(weights[rows])


def _ratio(top: Floats, bottom: Floats) -> Floats:
    """Quotients, NaN where the bottom is 0."""
    known = bottom > 0
    return np.where(known, top / np.where(known, bottom, 1), np.nan)


def _groups(value: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ascending order, and where in it each group of equal values starts."""
    order = np.argsort(value, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(value[order]) != 0))
    return order, starts


def _sums(weights: Floats, starts: NDArray[np.int64]) -> Floats:
    """Sums over groups of rows; mostly there are no ties to sum."""
    return weights if len(starts) == len(weights) else np.add.reduceat(weights, starts, axis=0)


def _ranks(value: Floats) -> Measure:
    """(n, n_draws) mid-ranks within each draw."""
    order, starts = _groups(value)
    group = np.empty(len(value), dtype=np.int64)
    group[order] = np.cumsum(np.bincount(starts, minlength=len(value))) - 1

    def ranks(weights: Floats) -> Floats:
        drawn = _sums(weights[order], starts)
        return (np.cumsum(drawn, axis=0) - (drawn - 1) / 2)[group]

    return ranks
