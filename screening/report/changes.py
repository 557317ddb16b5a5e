"""What moved since the last screen of the same library."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from screening.core.database import sql_table
from screening.core.tables import CHANGES
from screening.report.files import naming_damage
from screening.report.optional import is_there

LISTED = 60


@dataclass(frozen=True)
class Changes:
    """Moves since the last screen.

    Parameters
    ----------
    counts : (entered, left, up, down or same; number).
    causes : (library, model, settings or code; number), the most frequent first.
    listed : those that touch the best ranks, best first, as mappings of the table's columns.
    """

    counts: tuple[tuple[str, int], ...]
    causes: tuple[tuple[str, int], ...]
    listed: tuple[dict[str, Any], ...]

    @property
    def n_moved(self) -> int:
        """How many did not stay where they were."""
        return sum(n for change, n in self.counts if change != "same")


def read_changes(path: Path) -> Changes | None:
    """Read table `CHANGES`; None where there was no earlier screen.

    Raises
    ------
    InputError : the table is damaged.
    """
    if not is_there(path):
        return None
    names = [column.name for column in CHANGES.columns]
    source = sql_table(path)
    with naming_damage(path), duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        try:
            counts = connection.execute(
                f"SELECT change, count(*) FROM {source} GROUP BY change ORDER BY 2 DESC, 1"
            ).fetchall()
            causes = connection.execute(
                "SELECT cause, count(*) FROM (SELECT unnest(causes) AS cause "
                f"FROM {source}) GROUP BY cause ORDER BY 2 DESC, 1"
            ).fetchall()
            rows = connection.execute(
                f"SELECT {', '.join(names)} FROM {source} WHERE change <> 'same' "
                "ORDER BY least(rank, previous_rank), structure_id LIMIT ?",
                [LISTED],
            ).fetchall()
        except duckdb.Error as problem:
            raise OSError(str(problem).splitlines()[0]) from None
    if not counts:
        return None
    listed = tuple(dict(zip(names, row, strict=True)) for row in rows)
    return Changes(tuple(counts), tuple(causes), listed)
