"""What each objective did to a score: as records for the report, and the largest in words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from screening.core.contribution import COUNT, YES_OR_NO, Contribution, by_wish
from screening.rank.judged import Judged
from screening.rank.quantities import IN, VERDICTS

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
    verdict: int
    share: float
    effect: float


def contribution(judged: Judged, row: ObjectiveRow) -> Contribution:
    """One objective's part in one score, rounded for keeping."""
    objective = judged.objective
    missing = math.isnan(row.value)
    return Contribution(
        column=objective.column,
        label=objective.name,
        group=objective.group,
        value=None if missing else _kept(row.value),
        unit=judged.unit,
        std=_kept(row.std) if judged.has_std and not math.isnan(row.std) else None,
        desirability=None if missing else round(row.desirability, 6),
        in_domain=row.verdict == IN if judged.has_domain else None,
        share=round(row.share, 6),
        effect=round(row.effect, 6),
        domain=VERDICTS[row.verdict] if judged.has_domain else None,
        over=objective.over,
        aim=objective.aim,
    )


def explain(parts: Sequence[Contribution]) -> str:
    """The largest contributions in words, a group as one.

    Such as ``tumour panels 0.71 (+0.31; best: melanoma panel 0.82; 7 in, 2 edge), hERG block 0.61
    (−0.12; out)``: the value, then its effect on the logarithm of the score against a neutral
    value, then the verdict on the domain.
    """
    by_size = sorted(by_wish(parts), key=lambda wish: (-abs(_effect(wish)), wish[0].label))
    return ", ".join(_tell(wish) for wish in by_size[:N_TOLD])


def format_value(value: float, unit: str) -> str:
    """A value with its unit, as short as it can be read: ``0.61``, ``1,702 Da``."""
    unit = _WRITTEN.get(unit, unit)
    if unit == YES_OR_NO:
        return "yes" if value else "no"
    if unit == COUNT:
        return f"{value:,.0f}"
    if unit in ("1", "probability", ""):
        return f"{value:.2f}" if abs(value) < 1000 else f"{value:,.0f}"
    return f"{value:,.0f} {unit}" if abs(value) >= 100 else f"{value:.3g} {unit}"


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
    if len(known) == 1 and known[0].over:
        return _signed(known[0].value or 0.0, known[0].unit)
    values = [part.value for part in known if part.value is not None]
    if len(units) > 1:
        return f"of {len(known)} quantities"
    return format_value(math.fsum(values) / len(values), units.pop())


def _signed(value: float, unit: str) -> str:
    """A difference, which is nothing without its sign."""
    return f"{'−' if value < 0 else '+'}{format_value(abs(value), unit)}"


def _notes(wish: Sequence[Contribution], known: Sequence[Contribution]) -> list[str]:
    notes = []
    if len(wish) > 1:
        best = max(known, key=lambda part: (part.effect, part.label))
        notes.append(f"best: {best.label} {format_value(best.value or 0.0, best.unit)}")
    counts = Counter(part.domain for part in wish if part.domain is not None)
    if len(counts) == 1:
        return [*notes, *counts]
    told = [f"{counts[verdict]} {verdict}" for verdict in reversed(VERDICTS) if verdict in counts]
    return [*notes, ", ".join(told)] if told else notes
