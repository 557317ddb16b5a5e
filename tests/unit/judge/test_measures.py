"""A measure with weights is the ordinary metric of the structures drawn that often."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score, roc_auc_score

from screening.estimators.calibration import expected_calibration_error
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

Metric = Callable[[Floats, Floats], float]
RANKED: list[tuple[Callable[[Floats, Floats], Measure], Metric]] = [
    (auroc, roc_auc_score),
    (auprc, average_precision_score),
    (spearman, lambda label, value: spearmanr(label, value).statistic),
]


@pytest.mark.parametrize(("weighted", "plain"), RANKED)
@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        # Few values, so that there are ties; each structure drawn none to three times.
        st.tuples(st.integers(0, 1), st.integers(0, 5), st.integers(0, 3)),
        min_size=2,
        max_size=20,
    )
)
def test_weights_are_repetitions(
    weighted: Callable[[Floats, Floats], Measure],
    plain: Metric,
    rows: list[tuple[int, int, int]],
) -> None:
    label, value, times = np.array(rows, dtype=np.float64).T
    drawn = np.repeat(np.arange(len(rows)), times.astype(int))
    found = weighted(label, value)(np.stack([times, np.ones(len(rows))], axis=1))
    for number, which in zip(found, (drawn, np.arange(len(rows))), strict=True):
        classes, values = np.ptp(label[which]) if len(which) else 0, value[which]
        if not classes or (weighted is spearman and not np.ptp(values)):
            assert not np.isfinite(number) or weighted is auprc
        else:
            assert number == pytest.approx(plain(label[which], values), abs=1e-12)


def test_calibration_error_of_the_whole_test_is_that_of_the_card() -> None:
    random = np.random.default_rng(1)
    probability = random.uniform(size=83)
    label = (random.uniform(size=83) < probability**2).astype(np.float64)
    [found] = calibration_error(label, probability)(np.ones((83, 1)))
    assert found == pytest.approx(expected_calibration_error(label, probability))


def test_only_too_narrow_intervals_fall_short() -> None:
    label = np.arange(10.0)
    everything, half = np.full(10, 100.0), np.where(label < 5, 100.0, -100.0)
    low = np.full(10, -100.0)
    ones = np.ones((10, 1))
    assert coverage_shortfall(label, low, everything)(ones) == pytest.approx(0.0)
    assert coverage_shortfall(label, low, half)(ones) == pytest.approx(0.4)


def test_measures_of_some_rows_take_the_weights_of_all() -> None:
    measure = on_rows(mean_of(np.array([1.0, 5.0])), np.array([0, 2]))
    assert measure(np.array([[1.0], [9.0], [3.0]])) == pytest.approx(4.0)
    assert np.isnan(measure(np.array([[0.0], [9.0], [0.0]]))).all()
