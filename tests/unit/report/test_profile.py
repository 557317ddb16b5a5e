from __future__ import annotations

import math

import pytest

from screening.core.contribution import Contribution
from screening.report.profile import profile_of


def part(column: str, **changes: object) -> Contribution:
    usual: dict[str, object] = {
        "column": column,
        "label": column,
        "group": "",
        "value": 0.4,
        "unit": "probability",
        "std": 0.1,
        "desirability": 0.5,
        "in_domain": True,
        "share": 0.1,
        "effect": 0.05,
    }
    return Contribution(**{**usual, **changes})  # type: ignore[arg-type]


def test_a_group_is_one_bar() -> None:
    parts = (
        part("colon", group="panels", value=0.2, desirability=0.25, share=0.2),
        part("renal", group="panels", value=0.6, desirability=1.0, share=0.2, in_domain=False),
        part("herg"),
    )
    bar, single = profile_of(parts)
    assert (bar.label, bar.domain, bar.n_in, bar.n) == ("panels", "partly", 1, 2)
    assert bar.value == pytest.approx(0.4)
    assert bar.desirability == pytest.approx(0.5)  # geometric mean of 0.25 and 1
    assert bar.effect == pytest.approx(0.1)
    assert bar.std is None
    assert (single.label, single.std) == ("herg", 0.1)


def test_bars_stand_in_one_order_for_all_candidates() -> None:
    light, heavy = part("a", share=0.1, effect=-2.0), part("b", share=0.3, effect=0.0)
    assert [bar.label for bar in profile_of((light, heavy))] == ["b", "a"]


def test_units_that_differ_have_no_mean() -> None:
    parts = (part("a", group="g", unit="Da"), part("b", group="g", unit="nM"))
    (bar,) = profile_of(parts)
    assert (bar.value, bar.unit) == (None, "")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"domain": "in"}, "in"),
        ({"domain": "edge", "in_domain": False}, "edge"),
        ({"domain": "out", "in_domain": False}, "out"),
        ({"in_domain": None}, "computed"),
        ({"value": None}, "missing"),
    ],
)
def test_verdicts(changes: dict[str, object], expected: str) -> None:
    (bar,) = profile_of((part("x", **changes),))
    assert bar.domain == expected


def test_selectivities_of_one_quantity_are_bars_of_their_own() -> None:
    parts = (part("panels", over="liver"), part("panels", over="muscle"))
    assert len(profile_of(parts)) == 2


def test_a_desirability_of_zero_makes_a_group_zero() -> None:
    parts = (part("a", group="g", desirability=0.0), part("b", group="g", desirability=1.0))
    (bar,) = profile_of(parts)
    assert bar.desirability == 0.0
    assert not math.isnan(bar.effect)
