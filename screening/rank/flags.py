"""Flags: limits broken, predictions outside the domain, origin in doubt, what is missing.

A flag warns and never removes a structure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from screening.core.contribution import Contribution
from screening.core.objectives import Limit
from screening.rank.contributions import format_value
from screening.rank.quantities import DOMAIN, Quantity

# Alerts named in the flag; all stand in the descriptors.
N_ALERTS_NAMED = 3
# Of the lead's note; all of it stands in `decision_note`.
NOTE_CHARS = 200
_STEREO = {
    "partial": "stereochemistry: only partly stated",
    "undefined": "stereochemistry: not stated",
}
# How a conflict begins that says what the drawing cannot (chem.conflicts).
_RELATIVE_STEREO = "stereochemistry: "


def flags_of(
    row: Mapping[str, Any],
    parts: Sequence[Contribution],
    limits: Sequence[Limit],
    quantities: Mapping[str, Quantity],
    predicted: Sequence[str],
) -> list[str]:
    """All flags of one structure, the gravest kind first.

    Parameters
    ----------
    row : joined row of structure, evidence, descriptors and predictions; missing values are None
        or NaN.
    parts : contributions of all objectives.
    limits : hard limits.
    quantities : what the tables hold of the columns.
    predicted : endpoints with a domain that the objectives judge.
    """
    flags = _rejected(row)
    flags += [
        _broken(limit, row, quantities[limit.column]) for limit in limits if _breaks(limit, row)
    ]
    flags += _origin(row)
    flags += _out_of_domain(row, predicted)
    if missing := _missing(row, parts, limits):
        flags.append(f"no value, judged neutral: {', '.join(missing)}")
    if alerts := row.get("alerts"):
        flags.append(_alerts(alerts))
    flags += [one for one in row.get("conflicts") or () if one.startswith(_RELATIVE_STEREO)]
    if row.get("stereo") in _STEREO:
        flags.append(_STEREO[row["stereo"]])
    return flags


def _breaks(limit: Limit, row: Mapping[str, Any]) -> bool:
    """NaN breaks no limit: it is neither above nor below."""
    value = row[limit.column]
    if value is None:
        return False
    return bool(value > limit.value if limit.relation == "above" else value < limit.value)


def _broken(limit: Limit, row: Mapping[str, Any], quantity: Quantity) -> str:
    label = limit.label or limit.column
    value = format_value(row[limit.column], quantity.unit)
    bound = format_value(limit.value, quantity.unit)
    # A model that states no domain is believed as little as one that is out of its own.
    verdict = (row[limit.column + DOMAIN] or "out") if quantity.has_domain else "in"
    doubt = "" if verdict == "in" else f" ({verdict} of domain)"
    return f"{label} {value}{doubt}, {limit.relation} {bound}: {limit.reason}"


def _out_of_domain(row: Mapping[str, Any], predicted: Sequence[str]) -> list[str]:
    """What is predicted outside the models' domains, or at their edge; what is not told is out."""
    verdicts = [row[column + DOMAIN] or "out" for column in predicted]
    counts = [(verdict, verdicts.count(verdict)) for verdict in ("out", "edge")]
    told = [f"{verdict} of domain: {n}" for verdict, n in counts if n]
    return [f"{', '.join(told)} of {len(predicted)} models"] if told else []


def _missing(
    row: Mapping[str, Any], parts: Sequence[Contribution], limits: Sequence[Limit]
) -> list[str]:
    """Labels of the limits and objectives without a value, each quantity once."""
    labels = {
        (limit.column, ""): limit.label or limit.column
        for limit in limits
        if _is_missing(row[limit.column])
    }
    labels.update({(part.column, part.over): part.label for part in parts if part.value is None})
    return list(labels.values())


def _is_missing(value: Any) -> bool:
    return value is None or value != value  # noqa: PLR0124  # NaN differs from itself


def _rejected(row: Mapping[str, Any]) -> list[str]:
    """That the lead has rejected it after an earlier screen; other decisions warn of nothing."""
    if row.get("decision") != "reject":
        return []
    note = " ".join((row.get("decision_note") or "")[: 2 * NOTE_CHARS].split())
    if len(note) > NOTE_CHARS:
        note = note[: NOTE_CHARS - 1] + "…"
    return [f"decision: rejected after an earlier screen{': ' if note else ''}{note}"]


def _origin(row: Mapping[str, Any]) -> list[str]:
    """Doubts about what the structure is and where it comes from."""
    flags = [f"quarantine: {reason}" for reason in row.get("quarantine") or ()]
    if row.get("marine") == "not marine":
        flags.append("not marine: its organisms live on land or in fresh water")
    conflicts = [one for one in row.get("conflicts") or () if not one.startswith(_RELATIVE_STEREO)]
    if conflicts:
        further = len(conflicts) - 1
        more = f" and {further} more" if further else ""
        flags.append(f"conflict: {conflicts[0]}{more}")
    return flags


def _alerts(names: Sequence[str]) -> str:
    named = ", ".join(names[:N_ALERTS_NAMED])
    further = len(names) - N_ALERTS_NAMED
    more = f" and {further} more" if further > 0 else ""
    return f"structural alerts, {len(names)}: {named}{more}"
