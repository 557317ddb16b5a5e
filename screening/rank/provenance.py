"""Quantities of the provenance: what is known of where a structure comes from, as numbers."""

from __future__ import annotations

from dataclasses import dataclass

from screening.core.contribution import COUNT, YES_OR_NO


@dataclass(frozen=True, slots=True)
class Provenance:
    """A number made of the gathered columns of one structure.

    Parameters
    ----------
    unit : `YES_OR_NO` (1 or 0) or `COUNT`.
    sql : over the columns of `rank.gathered`, called g; null where it is not known.
    """

    unit: str
    sql: str


def _any(column: str) -> Provenance:
    return Provenance(YES_OR_NO, f"(len(g.{column}) > 0)::DOUBLE")


def _count(column: str) -> Provenance:
    return Provenance(COUNT, f"len(g.{column})::DOUBLE")


PROVENANCE = {
    "has_organism": _any("organisms"),
    "is_marine": Provenance(
        YES_OR_NO,
        "CASE g.marine WHEN 'unknown' THEN NULL WHEN 'not marine' THEN 0 ELSE 1 END::DOUBLE",
    ),
    "is_quarantined": _any("quarantine"),
    "has_conflict": _any("conflicts"),
    "n_compounds": _count("compound_ids"),
    "n_organisms": _count("organisms"),
    "n_dois": _count("dois"),
}
"""By the name that an objective or limit calls them."""
