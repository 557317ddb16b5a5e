from __future__ import annotations

import math
from typing import Any

import pytest

from screening.core.contribution import Contribution
from screening.core.objectives import Limit
from screening.rank.flags import flags_of
from screening.rank.quantities import Quantity

QUANTITIES = {
    "MolWt": Quantity("MolWt", "Da", predicted=False),
    "herg": Quantity("herg", "probability", predicted=True, has_std=True, has_domain=True),
}
HEAVY = Limit(column="MolWt", label="mass", relation="above", value=1500, reason="a peptide")
HERG = Limit(column="herg", relation="above", value=0.8, reason="measure it")
LIGHT = Limit(column="MolWt", relation="below", value=100, reason="a fragment")


def row(**values: Any) -> dict[str, Any]:
    return {
        "MolWt": 500.0,
        "herg": 0.1,
        "herg__in_domain": True,
        "alerts": [],
        "stereo": "defined",
        **values,
    }


def herg(value: float | None = 0.1, inside: bool = True) -> list[Contribution]:
    return [
        Contribution("herg", "hERG", "", value, "probability", 0.1, 0.9, inside, 1.0, 0.1),
    ]


def test_nothing_wrong_gives_no_flag() -> None:
    assert flags_of(row(), herg(), (HEAVY, HERG, LIGHT), QUANTITIES) == []


@pytest.mark.parametrize(
    ("values", "flag"),
    [
        ({"MolWt": 1702.3}, "mass 1,702 Da, above 1,500 Da: a peptide"),
        ({"MolWt": 60.0}, "MolWt 60 Da, below 100 Da: a fragment"),
        ({"herg": 0.9}, "herg 0.90, above 0.80: measure it"),
        (
            {"herg": 0.9, "herg__in_domain": False},
            "herg 0.90 (outside domain), above 0.80: measure it",
        ),
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
    assert flags_of(row(**values), herg(), (HEAVY, HERG, LIGHT), QUANTITIES) == [flag]


def test_relative_stereochemistry_is_not_hidden_behind_a_conflict() -> None:
    relative = "stereochemistry: racemic or relative, drawn as one isomer"
    found = flags_of(row(conflicts=["a is b", relative, "t"]), herg(), (), QUANTITIES)
    assert found == ["conflict: a is b and 1 more", relative]


@pytest.mark.parametrize("verdict", ["marine", "marine and other", "unknown"])
def test_only_a_negative_verdict_is_flagged(verdict: str) -> None:
    assert flags_of(row(marine=verdict), herg(), (), QUANTITIES) == []


def test_a_value_on_the_limit_keeps_it() -> None:
    assert flags_of(row(MolWt=1500.0, herg=0.8), herg(), (HEAVY, HERG), QUANTITIES) == []


def test_predictions_outside_the_domain_are_counted() -> None:
    assert flags_of(row(), herg(inside=False), (), QUANTITIES) == ["out of domain: 1 of 1 models"]


@pytest.mark.parametrize("nothing", [None, math.nan])
def test_missing_values_are_named_once_and_break_no_limit(nothing: float | None) -> None:
    missing = row(MolWt=nothing, herg=nothing)
    assert flags_of(missing, herg(None), (HEAVY, HERG), QUANTITIES) == [
        "no value, judged neutral: mass, hERG"
    ]
