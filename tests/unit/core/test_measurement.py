from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.core.measurement import (
    RELATIONS,
    Bounds,
    Measurement,
    find_unit,
    nearest_unit,
    parse_relation,
    split_value,
)

MOLAR = {"M": 1.0, "mM": 1e-3, "µM": 1e-6, "uM": 1e-6, "μM": 1e-6, "nM": 1e-9, "pM": 1e-12}
BY_MASS = {"ug/mL": 1e-3, "µg/mL": 1e-3, "mg/L": 1e-3}
amounts = st.floats(1e-6, 1e6)


def measurement(text: str) -> Measurement:
    split = split_value(text)
    assert split is not None
    unit = find_unit(split[2])
    assert unit is not None
    return Measurement(split[0], split[1], unit)


@given(amounts, st.sampled_from(sorted(MOLAR)))
def test_the_activity_gives_the_concentration_back(amount: float, name: str) -> None:
    low, high = measurement(f"{amount!r} {name}").bounds()
    assert low == high
    assert 10**-low == pytest.approx(amount * MOLAR[name], rel=1e-6)


@given(amounts, st.floats(50, 3_000), st.sampled_from(sorted(BY_MASS)))
def test_a_mass_is_divided_by_the_weight(amount: float, weight: float, name: str) -> None:
    low = measurement(f"{amount!r}{name}").bounds(weight).low
    assert 10**-low == pytest.approx(amount * BY_MASS[name] / weight, rel=1e-6)


@given(st.integers(1, 10**6))
def test_equal_concentrations_in_other_units_are_equal(n: int) -> None:
    assert measurement(f"{n} µM").bounds() == measurement(f"{n * 1000} nM").bounds()


@given(amounts, st.sampled_from(RELATIONS), st.sampled_from(["", "="]), st.sampled_from(["", " "]))
def test_what_is_written_comes_back(amount: float, relation: str, more: str, gap: str) -> None:
    written = relation if relation == "=" else relation + more
    assert split_value(f"{written}{gap}{amount!r}{gap}nM") == (relation, amount, "nM")


@given(amounts, amounts)
def test_a_censored_value_bounds_what_it_may_stand_for(bound: float, beyond: float) -> None:
    low, high = measurement(f">{bound!r} nM").bounds()
    stronger = measurement(f"{max(bound, beyond)!r} nM").bounds()
    assert low == -math.inf
    assert stronger.high <= high


def test_more_is_more_active_in_both_kinds() -> None:
    assert measurement("≥ 50 μM").bounds() == Bounds(-math.inf, 4.301029996)
    assert measurement("<0.1 µM").bounds() == Bounds(7.0, math.inf)
    assert measurement(">95 %").bounds() == Bounds(95.0, math.inf)
    assert measurement("-3 % inhibition").bounds() == Bounds(-3.0, -3.0)


@pytest.mark.parametrize(
    "text", ["", "n.d.", "12,5", "1 2", "~4", "=<3", "nan", "inf", "1e999", "10⁵", "5 ± 1", "1_0"]
)
def test_what_is_no_number(text: str) -> None:
    assert split_value(text) is None


@pytest.mark.parametrize(
    ("text", "remedy"),
    [("nm", "did you mean nM?"), ("UM", "did you mean µM?"), ("fold", "write M, mM, µM")],
)
def test_an_unknown_unit_is_not_guessed(text: str, remedy: str) -> None:
    assert find_unit(text) is None
    assert nearest_unit(text).startswith(remedy)


def test_relations() -> None:
    assert [parse_relation(text) for text in (">=", "≤", "", "=", "~", "><")] == [
        *(">", "<", "=", "="),
        *(None, None),
    ]
