from __future__ import annotations

import math
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.core.measurement import Bounds
from screening.core.replicates import in_words, merge_replicates, side_of

logs = st.floats(3, 10)


@st.composite
def censored(draw: st.DrawFn) -> tuple[float, Bounds]:
    """A true activity, and what a censored measurement of it says."""
    true = draw(logs)
    low = draw(st.sampled_from([true, -math.inf]))
    return true, Bounds(low, draw(st.sampled_from([true, true + 1, math.inf])))


@given(st.lists(censored(), min_size=1, max_size=7))
def test_the_median_of_the_true_values_lies_within_the_bounds(
    replicates: list[tuple[float, Bounds]],
) -> None:
    merged = merge_replicates("concentration", [bounds for _, bounds in replicates])
    true = [one for one, _ in replicates]
    assert merged.median.low <= median(true) <= merged.median.high
    assert merged.spread <= max(true) - min(true) + 1e-9


@given(st.lists(censored(), min_size=1, max_size=7), logs)
def test_a_class_is_that_of_the_true_median_or_none(
    replicates: list[tuple[float, Bounds]], threshold: float
) -> None:
    merged = merge_replicates("concentration", [bounds for _, bounds in replicates])
    true = median(one for one, _ in replicates)
    active = merged.active(threshold)
    assert active is None or true == threshold or active == (true > threshold)


@given(st.lists(logs, min_size=1, max_size=7))
def test_known_values_merge_to_their_median_in_any_order(values: list[float]) -> None:
    replicates = [Bounds(value, value) for value in values]
    merged = merge_replicates("concentration", replicates)
    assert merged.value == median(values)
    assert merge_replicates("concentration", replicates[::-1]) == merged


@pytest.mark.parametrize(
    ("bounds", "threshold", "active"),
    [
        (Bounds(-math.inf, 4.3), 5.0, False),
        (Bounds(-math.inf, 5.0), 5.0, False),
        (Bounds(-math.inf, 5.3), 5.0, None),
        (Bounds(7.0, math.inf), 5.0, True),
        (Bounds(5.0, 5.0), 5.0, True),
    ],
)
def test_a_bound_decides_where_it_can(
    bounds: Bounds, threshold: float, active: bool | None
) -> None:
    assert side_of(bounds, threshold) is active


def test_replicates_in_words() -> None:
    near = merge_replicates("concentration", [Bounds(6.0, 6.0), Bounds(6.4, 6.4)])
    assert in_words("HDAC1 IC50", near) == "HDAC1 IC50: pIC50 6.20 (n=2)"
    far = merge_replicates("concentration", [Bounds(5.0, 5.0), Bounds(6.5, 6.5)])
    assert in_words("kinase Ki", far) == "kinase Ki: pKi 5.75 (n=2, replicates 1.5 apart)"
    bound = merge_replicates("concentration", [Bounds(-math.inf, 4.3)])
    assert in_words("growth", bound) == "growth: −log M < 4.30 (n=1)"
    percent = merge_replicates("percent", [Bounds(85.0, 85.0), Bounds(95.0, math.inf)])
    assert in_words("growth", percent) == "growth: > 90 % (n=2)"
    both = [Bounds(-math.inf, 4.0), Bounds(7.0, math.inf)]
    assert in_words("x", merge_replicates("concentration", both)).startswith(
        "x: −log M not decided"
    )
