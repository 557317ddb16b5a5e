from __future__ import annotations

import math
from typing import Any

import pytest

from screening.core.contribution import Contribution
from screening.core.objectives import Limit
from screening.rank.flags import flags_of
from screening.rank.quantities import Quantity

QUANTITIES = {
    "MolWt": Quantity("MolWt", "Da", "descriptor"),
    "herg": Quantity("herg", "probability", "prediction", has_std=True, has_domain=True),
}
PREDICTED = ["herg"]
HEAVY = Limit(column="MolWt", label="mass", relation="above", value=1500, reason="a peptide")
HERG = Limit(column="herg", relation="above", value=0.8, reason="measure it")
LIGHT = Limit(column="MolWt", relation="below", value=100, reason="a fragment")


def row(**values: Any) -> dict[str, Any]:
    return {
        "MolWt": 500.0,
        "herg": 0.1,
        "herg__domain": "in",
        "alerts": [],
        "stereo": "defined",
        **values,
    }


def herg(value: float | None = 0.1) -> list[Contribution]:
    return [
        Contribution("herg", "hERG", "", value, "probability", 0.1, 0.9, True, 1.0, 0.1),
    ]


def test_nothing_wrong_gives_no_flag() -> None:
    assert flags_of(row(), herg(), (HEAVY, HERG, LIGHT), QUANTITIES, PREDICTED) == []


@pytest.mark.parametrize(
    ("values", "flag"),
    [
        ({"MolWt": 1702.3}, "mass 1,702 Da, above 1,500 Da: a peptide"),
        ({"MolWt": 60.0}, "MolWt 60 Da, below 100 Da: a fragment"),
        ({"herg": 0.9}, "herg 0.90, above 0.80: measure it"),
        ({"alerts": ["PAINS: a"]}, "structural alerts, 1: PAINS: a"),
        ({"alerts": list("abcde")}, "structural alerts, 5: a, b, c and 2 more"),
        ({"stereo": "undefined"}, "stereochemistry: not stated"),
        ({"quarantine": ["approved drug: x"]}, "quarantine: approved drug: x"),
        (
            {"marine": "not marine"},
            "not marine: its organisms live on land or in fresh water",
        ),
        ({"conflicts": ["a is b"]}, "conflict: a is b"),
        ({"conflicts": ["a is b", "c", "d"]}, "conflict: a is b and 2 more"),
        ({"stereo": "partial"}, "stereochemistry: only partly stated"),
        (
            {"conflicts": ["stereochemistry: racemic or relative, drawn as one isomer"]},
            "stereochemistry: racemic or relative, drawn as one isomer",
        ),
    ],
)
def test_each_flag(values: dict[str, Any], flag: str) -> None:
    assert flags_of(row(**values), herg(), (HEAVY, HERG, LIGHT), QUANTITIES, PREDICTED) == [flag]


# A model that states no domain is doubted like one that is out of its own.
@pytest.mark.parametrize(("verdict", "told"), [("out", "out"), ("edge", "edge"), (None, "out")])
def test_a_limit_broken_outside_the_domain_says_so(verdict: str | None, told: str) -> None:
    doubtful = row(herg=0.9, herg__domain=verdict)
    assert flags_of(doubtful, herg(), (HERG,), QUANTITIES, []) == [
        f"herg 0.90 ({told} of domain), above 0.80: measure it"
    ]


def test_relative_stereochemistry_is_not_hidden_behind_a_conflict() -> None:
    relative = "stereochemistry: racemic or relative, drawn as one isomer"
    found = flags_of(row(conflicts=["a is b", relative, "t"]), herg(), (), QUANTITIES, PREDICTED)
    assert found == ["conflict: a is b and 1 more", relative]


@pytest.mark.parametrize("verdict", ["marine", "marine and other", "unknown"])
def test_only_a_negative_verdict_is_flagged(verdict: str) -> None:
    assert flags_of(row(marine=verdict), herg(), (), QUANTITIES, PREDICTED) == []


def test_a_value_on_the_limit_keeps_it() -> None:
    assert flags_of(row(MolWt=1500.0, herg=0.8), herg(), (HEAVY, HERG), QUANTITIES, PREDICTED) == []


@pytest.mark.parametrize(
    ("first", "second", "flag"),
    [
        ("out", "out", "out of domain: 2 of 2 models"),
        ("edge", "out", "out of domain: 1, edge of domain: 1 of 2 models"),
        ("in", "edge", "edge of domain: 1 of 2 models"),
        (None, "in", "out of domain: 1 of 2 models"),  # nothing predicted
    ],
)
def test_predictions_outside_the_domain_are_counted(
    first: str | None, second: str, flag: str
) -> None:
    both = row(herg__domain=first, ames__domain=second)
    assert flags_of(both, herg(), (), QUANTITIES, ["herg", "ames"]) == [flag]


@pytest.mark.parametrize("nothing", [None, math.nan])
def test_missing_values_are_named_once_and_break_no_limit(nothing: float | None) -> None:
    missing = row(MolWt=nothing, herg=nothing)
    assert flags_of(missing, herg(None), (HEAVY, HERG), QUANTITIES, PREDICTED) == [
        "no value, judged neutral: mass, hERG"
    ]
