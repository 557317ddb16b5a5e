"""Structures that may be no natural products, by reason."""

from __future__ import annotations

from dataclasses import dataclass

from screening.report.curation.kinds import Kind, count_kinds, kind_of
from screening.report.curation.names import name_structures
from screening.report.curation.pictures import DRAWN_CHARS, Picture, picture
from screening.report.curation.tables import TEXT_CHARS, Tables

EXAMPLES = 4


@dataclass(frozen=True)
class Suspect:
    """A structure with the reason why it is in quarantine."""

    picture: Picture
    reason: str


@dataclass(frozen=True)
class Quarantine:
    """Structures in quarantine.

    Parameters
    ----------
    n : structures with at least one reason.
    reasons : each reason with examples, the most frequent first.
    """

    n: int
    reasons: tuple[tuple[Kind, tuple[Suspect, ...]], ...]


def read_quarantine(tables: Tables) -> Quarantine:
    """Count the reasons and draw a few structures for each."""
    [n] = tables.one("SELECT count(*) FROM families WHERE len(quarantine) > 0")
    found = [
        (kind, _examples(tables, kind.name))
        for kind in count_kinds(tables, "families", "quarantine")
    ]
    names = name_structures(tables, [row[0] for _, rows in found for row in rows])
    return Quarantine(
        n,
        tuple(
            (kind, tuple(Suspect(picture(s, names.get(key, key)), why) for key, s, why in rows))
            for kind, rows in found
        ),
    )


def _examples(tables: Tables, reason: str) -> list[tuple[str, str, str]]:
    """The smallest structures with the reason, each from another scaffold where there are."""
    rows = tables.rows(
        "SELECT structure_id, smiles, left(list_filter(quarantine, "
        "lambda x: starts_with(x, $1))[1], $2) "
        "FROM families JOIN structures USING (structure_id) "
        f"WHERE list_contains({kind_of('quarantine')}, $1) "
        "QUALIFY row_number() OVER (PARTITION BY scaffold ORDER BY length(smiles), structure_id) "
        f"= 1 ORDER BY length(smiles) > {DRAWN_CHARS}, length(smiles), structure_id LIMIT $3",
        [reason, TEXT_CHARS, EXAMPLES],
    )
    return [(key, smiles, why or reason) for key, smiles, why in rows]
