"""Names for structures: tables of structures hold keys only."""

from __future__ import annotations

from collections.abc import Sequence

from screening.report.curation.tables import TEXT_CHARS, Tables


def name_structures(tables: Tables, structure_ids: Sequence[str]) -> dict[str, str]:
    """A name for each structure: the first of its compounds' names, else of their ids.

    Parameters
    ----------
    structure_ids : a few; the compounds are read once for all of them.
    """
    if not structure_ids:
        return {}
    rows = tables.rows(
        "SELECT structure_id, "
        f"left(coalesce(min(nullif(name, '')), min(compound_id)), {TEXT_CHARS}) "
        "FROM compounds WHERE list_contains(?::VARCHAR[], structure_id) GROUP BY structure_id",
        [list(structure_ids)],
    )
    return dict(rows)
