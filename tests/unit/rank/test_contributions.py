from __future__ import annotations

import math
from dataclasses import replace

import pytest

from screening.core.objectives import Objective
from screening.rank.contributions import (
    Contribution,
    ObjectiveRow,
    contribution,
    explain,
    format_value,
)
from screening.rank.judged import Judged
from screening.rank.quantities import OUT, Quantity


def part(  # noqa: PLR0917  # a row of the table below
    label: str,
    value: float | None,
    effect: float,
    domain: str | None = "in",
    group: str = "",
    unit: str = "probability",
) -> Contribution:
    inside = None if domain is None else domain == "in"
    return Contribution(label, label, group, value, unit, 0.1, 0.5, inside, 0.1, effect, domain)


def test_the_largest_come_first_and_only_four() -> None:
    parts = [
        part("hERG", 0.61, -0.12, domain="out"),
        part("mass", 702.4, 0.05, domain=None, unit="Da"),
        part("a", 0.5, 0.01),
        part("b", 0.5, 0.02),
        part("melanoma", 0.82, 0.31),
    ]
    assert explain(parts) == (
        "melanoma 0.82 (+0.31; in), hERG 0.61 (−0.12; out), mass 702 Da (+0.05), b 0.50 (+0.02; in)"
    )


def test_a_group_is_told_as_one() -> None:
    parts = [
        part("breast", 0.40, 0.10, group="panels"),
        part("melanoma", 0.80, 0.20, domain="out", group="panels"),
        part("hERG", 0.61, -0.12),
    ]
    assert explain(parts) == (
        "panels 0.60 (+0.30; best: melanoma 0.80; 1 in, 1 out), hERG 0.61 (−0.12; in)"
    )


def test_text_never_begins_as_a_formula() -> None:
    assert explain([part("=cmd", 0.5, -1.0)]).startswith("=cmd")  # the CSV writer guards it
    assert explain([part("hERG", 0.5, -1.0)])[0] not in "+-@="


def test_what_has_no_value_says_so() -> None:
    assert explain([part("hERG", None, 0.0)]) == "hERG: no value"


def test_a_difference_is_told_with_its_sign() -> None:
    over = replace(part("panels over muscle", -0.4, -0.1, domain="edge"), over="hskmc")
    assert explain([over]) == "panels over muscle −0.40 (−0.10; edge)"
    assert explain([replace(over, value=0.4)]).startswith("panels over muscle +0.40")


def test_two_slopes_of_one_quantity_are_two_wishes() -> None:
    window = [
        part("mass", 702.4, 0.05, None, unit="Da"),
        part("mass", 702.4, -0.02, None, unit="Da"),
    ]
    assert explain(window) == "mass 702 Da (+0.05), mass 702 Da (−0.02)"


def test_numbers_that_are_no_numbers_are_kept_as_none() -> None:
    quantity = Quantity("herg", "probability", "prediction", has_std=True, has_domain=True)
    judged = Judged(Objective(column="herg", worst=1, best=0, aim="safety"), (quantity,))
    found = contribution(judged, ObjectiveRow(math.nan, math.nan, math.nan, OUT, 0.25, 0.0))
    assert (found.value, found.std, found.desirability) == (None, None, None)
    assert (found.label, found.in_domain, found.domain) == ("herg", False, "out")
    assert (found.share, found.aim, found.over) == (0.25, "safety", "")


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.613, "probability", "0.61"),
        (4.0, "1", "4.00"),
        (1702.3, "Da", "1,702 Da"),
        (13.14, "angstrom^2", "13.1 Å²"),
        (123456.7, "1", "123,457"),
        (1.0, "yes or no", "yes"),
        (0.0, "yes or no", "no"),
        (3.0, "count", "3"),
    ],
)
def test_values_with_units(value: float, unit: str, text: str) -> None:
    assert format_value(value, unit) == text
