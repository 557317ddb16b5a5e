"""What each objective did to a score: as records for the report, and the largest in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from screening.core.contribution import Contribution
from screening.core.objectives import Objective
from screening.rank.quantities import Quantity

# Units as people write them; in the tables they stay plain ASCII.
_WRITTEN = {"angstrom^2": "Å²"}
# Contributions told in words.
N_TOLD = 4


@dataclass(frozen=True, slots=True)
class ObjectiveRow:
    """The numbers of one objective for one structure, as the arrays hold them (NaN: missing)."""

    value: float
    std: float
    desirability: float
    in_domain: bool
    share: float
    effect: float


def contribution(objective: Objective, quantity: Quantity, row: ObjectiveRow) -> Contribution:
    """One objective's part in one score, rounded for keeping."""
    missing = math.isnan(row.value)
    return Contribution(
        column=objective.column,
        label=objective.label or objective.column,
        group=objective.group,
        value=None if missing else _kept(row.value),
        unit=quantity.unit,
        std=_kept(row.std) if quantity.has_std and not math.isnan(row.std) else None,
        desirability=None if missing else round(row.desirability, 6),
        in_domain=row.in_domain if quantity.has_domain else None,
        share=round(row.share, 6),
        effect=round(row.effect, 6),
    )


def explain(parts: Sequence[Contribution]) -> str:
    """The largest contributions in words, a group as one.

    Such as ``tumour panels 0.71 (+0.31; best: melanoma panel 0.82; 7 of 9 in domain), hERG block
    0.61 (−0.12; outside domain)``: the value, then its effect on the logarithm of the score
    against a neutral value.
    """
    wishes: dict[str, list[Contribution]] = {}
    for part in parts:
        wishes.setdefault(part.group or f"\0{part.column}", []).append(part)
    by_size = sorted(wishes.values(), key=lambda wish: (-abs(_effect(wish)), wish[0].label))
    return ", ".join(_tell(wish) for wish in by_size[:N_TOLD])


def format_value(value: float, unit: str) -> str:
    """A value with its unit, as short as it can be read: ``0.61``, ``1,702 Da``."""
    unit = _WRITTEN.get(unit, unit)
    if unit in ("1", "probability", ""):
        return f"{value:.2f}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,.0f} {unit}" if abs(value) >= 100 else f"{value:.3g} {unit}"


def count_by_domain(
    parts: Sequence[Contribution], quantities: Mapping[str, Quantity]
) -> tuple[int, int]:
    """How many of the predictions lie outside their model's domain, and how many there are."""
    judged = [part for part in parts if quantities[part.column].has_domain]
    return sum(part.in_domain is False for part in judged), len(judged)


def _kept(value: float) -> float | None:
    """Six significant digits; JSON has no infinity."""
    return float(f"{value:.6g}") if math.isfinite(value) else None


def _effect(wish: Sequence[Contribution]) -> float:
    return math.fsum(part.effect for part in wish)


def _tell(wish: Sequence[Contribution]) -> str:
    known = [part for part in wish if part.value is not None]
    label = wish[0].group or wish[0].label
    if not known:
        return f"{label}: no value"
    sign = f"{_effect(wish):+.2f}".replace("-", "−")
    return f"{label} {_middle(known)} ({'; '.join([sign, *_notes(wish, known)])})"


def _middle(known: Sequence[Contribution]) -> str:
    """The value, or the mean of a group's values where they have one unit."""
    units = {part.unit for part in known}
    values = [part.value for part in known if part.value is not None]
    if len(units) > 1:
        return f"of {len(known)} quantities"
    return format_value(math.fsum(values) / len(values), units.pop())


def _notes(wish: Sequence[Contribution], known: Sequence[Contribution]) -> list[str]:
    notes = []
    if len(wish) > 1:
        best = max(known, key=lambda part: (part.effect, part.label))
        notes.append(f"best: {best.label} {format_value(best.value or 0.0, best.unit)}")
    judged = [part.in_domain for part in wish if part.in_domain is not None]
    if not judged:
        return notes
    if all(judged):
        return [*notes, "in domain"]
    if not any(judged):
        return [*notes, "outside domain"]
    return [*notes, f"{sum(judged)} of {len(judged)} in domain"]
