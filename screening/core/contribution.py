"""One objective's part in one score: what the ranking writes as JSON and the report reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields

YES_OR_NO = "yes or no"
"""Unit of what is 1 or 0, such as that an organism is stated."""
COUNT = "count"
"""Unit of whole numbers that are told bare."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one objective adds to a candidate's score.

    Parameters
    ----------
    column, label, unit : the endpoint, descriptor, quantity of the provenance, or group.
    group : the wish that it shares with others; may be empty.
    value, std : its value and uncertainty in `unit`; None where there is none.
    desirability : 0 (of no use) to 1 (fully good), caution and domain applied; None if missing.
    in_domain : inside the model's domain; None for a computed quantity.
    share : the objective's share of the total weight, 0 to 1.
    effect : share * ln(desirability / 0.5); the effects add up to ln(score / 0.5).
    domain : the verdict, `in`, `edge` or `out`; None for a computed quantity.
    over : the endpoint or group whose value is taken off; may be empty.
    aim : what the objective serves; may be empty.
    """

    column: str
    label: str
    group: str
    value: float | None
    unit: str
    std: float | None
    desirability: float | None
    in_domain: bool | None
    share: float
    effect: float
    domain: str | None = None
    over: str = ""
    aim: str = ""


def parse_contributions(text: str) -> tuple[Contribution, ...]:
    """The contributions of one row of the ranking, in the order of the objectives."""
    known = [field.name for field in fields(Contribution)]
    return tuple(
        Contribution(**{key: entry[key] for key in known if key in entry})
        for entry in json.loads(text or "[]")
    )


def by_wish(parts: Sequence[Contribution]) -> list[tuple[Contribution, ...]]:
    """The contributions of each wish: an objective of its own, or a group; in their order."""
    wishes: dict[str, list[Contribution]] = {}
    for number, part in enumerate(parts):
        wishes.setdefault(part.group or f"\0{number}", []).append(part)
    return [tuple(wish) for wish in wishes.values()]


def leading_wish(parts: Sequence[Contribution]) -> tuple[Contribution, ...]:
    """The wish that weighs most among the endpoints of models; empty where there is none.

    Selectivity is a difference of endpoints, and no model's own.
    """
    predicted = [part for part in parts if part.in_domain is not None and not part.over]
    weights = [(sum(part.share for part in wish), wish) for wish in by_wish(predicted)]
    return max(weights, key=lambda pair: pair[0], default=(0.0, ()))[1]
