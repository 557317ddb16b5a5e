"""The decision: better on average with certainty, and nothing guarded worse with certainty.

One number decides, the mean skill over endpoints, so that having many endpoints gives no further
chances of looking better. A challenger is refused where the interval of a guarded difference lies
wholly below minus its tolerance; the intervals of all guards hold together
(`resampling.joint_intervals`), so that having many guards does not refuse everything in the end. A
guard does not prove that nothing is worse: with few test structures it sees only large losses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screening.core.judgement import Outcome, ReasonRow, Role, signed
from screening.judge.measures import Floats
from screening.judge.quantities import (
    LabelledEndpoint,
    Model,
    Quantity,
    endpoint_quantities,
    skill,
)
from screening.judge.resampling import Interval, joint_intervals, percentile_interval, resample
from screening.judge.settings import JudgeSettings

SKILL, MARINE = "mean skill", "mean skill, marine"


@dataclass(frozen=True)
class Decision:
    """Whether the challenger is promoted, why in a sentence, and the reasons."""

    promoted: bool
    summary: str
    rows: tuple[ReasonRow, ...]


def decide(
    endpoints: Sequence[LabelledEndpoint],
    marine: NDArray[np.bool_],
    challenger: Model,
    champion: Model | None,
    *,
    settings: JudgeSettings,
    stated: Sequence[ReasonRow] = (),
) -> Decision:
    """Judge a challenger.

    Without a champion it is held against the base value, whose skill is 0: chance, and the median.

    Parameters
    ----------
    endpoints : those that both models predict and the test labels, on n structures.
    marine : (n,) which of them are known marine natural products.
    challenger, champion : what each says of the n structures.
    settings : draws and tolerances.
    stated : what is known without measuring, such as an endpoint that is missing.
    """
    few = {one.id: one.too_few(one.rows(), settings) for one in endpoints}
    judged = [one for one in endpoints if not few[one.id]]
    notes = [*stated, *(_not_judged("", name, why) for name, why in few.items() if why)]
    if not judged:
        return Decision(False, "the fixed test can judge no endpoint", tuple(notes))
    marine_parts = [(one, one.rows(marine)) for one in judged]
    marine_parts = [(one, rows) for one, rows in marine_parts if not one.too_few(rows, settings)]
    quantities = [skill(SKILL, "decides", [(one, one.rows()) for one in judged], settings)]
    if marine_parts:
        quantities.append(skill(MARINE, "guards", marine_parts, settings))
    else:
        why = f"{int(marine.sum())} marine structures in the test, too few of them labelled"
        notes.append(_not_judged(MARINE, "", why))
    for one in judged:
        quantities += endpoint_quantities(one, settings)
    rows = _judged_rows(quantities, len(marine), challenger, champion, settings)
    rows += notes
    lost = [row for row in rows if row.role == "guards" and row.verdict == "worse"]
    better = rows[0].verdict == "better"
    return Decision(better and not lost, _summary(rows[0], lost, len(judged)), tuple(rows))


def _judged_rows(
    quantities: Sequence[Quantity],
    n_compounds: int,
    challenger: Model,
    champion: Model | None,
    settings: JudgeSettings,
) -> list[ReasonRow]:
    """A row for each quantity, in their order."""
    models = [challenger] if champion is None else [challenger, champion]
    measures = [one.measure_of(model) for model in models for one in quantities]
    point, drawn = resample(measures, n_compounds, settings.draws, settings.seed)
    if champion is None:
        skill_alone = percentile_interval(float(point[0]), drawn[0], settings.confidence)
        alone = [_shown(one, value) for one, value in zip(quantities, point, strict=True)]
        return [_row(quantities[0], 0.0, float(point[0]), skill_alone), *alone[1:]]
    signs = np.array([one.sign for one in quantities])
    new, old = np.split(point, 2)
    new_drawn, old_drawn = np.split(drawn, 2)
    drawn = signs[:, None] * (new_drawn - old_drawn)
    intervals = _intervals(quantities, signs * (new - old) + 0.0, drawn, settings.confidence)
    return [
        _row(one, float(old[row]), float(new[row]), intervals[row])
        for row, one in enumerate(quantities)
    ]


def _intervals(
    quantities: Sequence[Quantity], difference: Floats, drawn: Floats, confidence: float
) -> list[Interval | None]:
    """For each difference: those of the guards together, of the others each by itself."""
    found = [
        percentile_interval(float(one), draws, confidence)
        for one, draws in zip(difference, drawn, strict=True)
    ]
    guards = [row for row, one in enumerate(quantities) if one.role == "guards"]
    together = joint_intervals(difference[guards], drawn[guards], confidence)
    for row, interval in zip(guards, together, strict=True):
        found[row] = interval
    return found


def _row(
    quantity: Quantity, champion: float, challenger: float, interval: Interval | None
) -> ReasonRow:
    if interval is None:
        why = "it is undefined in too many draws"
        return _not_judged(quantity.what, quantity.endpoint, why, quantity.role)
    verdict = _verdict(interval, quantity)
    return ReasonRow(
        *(quantity.what, quantity.endpoint, quantity.role),
        *(champion, challenger, interval.difference, interval.low, interval.high),
        *(interval.share_better, verdict, _reason(quantity, interval, verdict)),
    )


def _verdict(interval: Interval, quantity: Quantity) -> Outcome:
    if interval.low > 0:
        return "better"
    # Of what only is shown, every certain loss is told.
    tolerance = quantity.tolerance if quantity.role == "guards" else 0.0
    return "worse" if interval.high < -tolerance else "as good"


def _reason(quantity: Quantity, interval: Interval, verdict: Outcome) -> str:
    ends = f"{signed(interval.low)} to {signed(interval.high)}"
    if verdict == "better":
        return f"the whole interval {ends} is above 0"
    if quantity.role == "decides":
        return f"the interval {ends} is not above 0"
    if quantity.role == "shows":
        return f"the interval {ends} {'is below' if verdict == 'worse' else 'holds'} 0"
    limit = signed(-quantity.tolerance)
    if verdict == "worse":
        return f"the whole interval {ends} is below {limit}, the tolerance"
    return f"the interval {ends} is not below {limit}, the tolerance"


def _shown(quantity: Quantity, value: float) -> ReasonRow:
    """What a first version has, beside no champion."""
    number = float(value) if np.isfinite(value) else None
    nothing = (None, None, None, None)
    why = "there is no champion to compare it with"
    return ReasonRow(
        quantity.what, quantity.endpoint, "shows", None, number, *nothing, "not judged", why
    )


def _not_judged(what: str, endpoint: str, why: str, role: Role = "guards") -> ReasonRow:
    return ReasonRow(*(what, endpoint, role, None, None, None, None, None, None), "not judged", why)


def _summary(skill_row: ReasonRow, lost: Sequence[ReasonRow], n_endpoints: int) -> str:
    """The decision's grounds in a sentence."""
    endpoints = "1 endpoint" if n_endpoints == 1 else f"{n_endpoints} endpoints"
    than = "the base value" if skill_row.champion == 0.0 else "the champion"
    how = "better" if skill_row.verdict == "better" else "not with certainty better"
    parts = [f"{how} than {than} (mean skill over {endpoints}: {skill_row.reason})"]
    if lost:
        named = ", ".join(" ".join(filter(None, (row.endpoint, row.what))) for row in lost)
        parts.append(f"worse: {named}")
    elif skill_row.verdict == "better" and than == "the champion":
        parts.append("nothing guarded is worse")
    return "; ".join(parts)
