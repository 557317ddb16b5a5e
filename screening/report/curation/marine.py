"""What is known of the compounds' origin in the sea."""

from __future__ import annotations

from dataclasses import dataclass

from screening.report.curation.kinds import count_values
from screening.report.curation.tables import Tables

VERDICTS = {
    "marine": "an organism lives in the sea, and none was found elsewhere",
    "marine and other": "in the sea and elsewhere, or organisms of both",
    "not marine": "organisms were found, none of them in the sea",
    "unknown": "no organism stated, or none found in the table of taxa",
}
PHYLA = 15
UNMATCHED = 15


@dataclass(frozen=True)
class Marine:
    """Marine evidence of the compounds.

    Parameters
    ----------
    verdicts : (verdict, what it means, compounds), in the order of `VERDICTS`.
    n_matched : compounds with at least one AphiaID.
    n_without_organism : compounds whose source names no organism.
    phyla : (phylum, compounds), the most frequent first; n_phyla : different ones.
    unmatched : (organism, compounds) where the verdict is unknown, the most frequent first.
    n_unmatched : different ones.
    """

    verdicts: tuple[tuple[str, str, int], ...]
    n_matched: int
    n_without_organism: int
    phyla: tuple[tuple[str, int], ...]
    n_phyla: int
    unmatched: tuple[tuple[str, int], ...]
    n_unmatched: int


def read_marine(tables: Tables) -> Marine:
    """Count verdicts, phyla, and organisms that gave no verdict."""
    counts = dict(tables.rows("SELECT marine, count(*) FROM evidence GROUP BY marine"))
    [n_matched] = tables.one("SELECT count(*) FROM evidence WHERE len(aphia_ids) > 0")
    [n_bare] = tables.one("SELECT count(*) FROM compounds WHERE len(organisms) = 0")
    phyla, n_phyla = count_values(tables, "evidence", "phylum", PHYLA)
    unknown = (
        "(SELECT unnest(list_distinct(organisms)) AS organism FROM compounds "
        "SEMI JOIN (SELECT compound_id FROM evidence WHERE marine = 'unknown') USING (compound_id))"
    )
    unmatched, n_unmatched = count_values(tables, unknown, "organism", UNMATCHED)
    return Marine(
        tuple((verdict, meaning, counts.get(verdict, 0)) for verdict, meaning in VERDICTS.items()),
        n_matched,
        n_bare,
        tuple(phyla),
        n_phyla,
        tuple(unmatched),
        n_unmatched,
    )
