"""The candidates of a ranking that may be picked, and why the others may not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from screening.core.database import sql_name, sql_table, stream_query
from screening.core.organism_names import readings, split_organisms
from screening.core.partitions import read_partitions
from screening.core.picking import PickSettings
from screening.core.tables import RANKING

# Words that stand where a genus would, and say that there is none.
_NO_GENUS = frozenset(
    ("marine", "unidentified", "undetermined", "undescribed", "unknown", "uncultured", "sponge")
)
# Why a ranked structure may not be picked, the first that holds; `eligible` may.
_VERDICTS = ("rejected", "advanced", "assayed", "quarantined", "other_tier", "eligible")


@dataclass(frozen=True)
class Candidate:
    """What the pick needs of a row of RANKING, under the same names."""

    rank: int
    structure_id: str
    smiles: str
    name: str
    compound_ids: list[str]
    organisms: list[str]
    scaffold: str
    tier: str
    nearest_drug: str | None
    nearest_drug_similarity: float | None
    score: float
    score_mean: float
    domain_share: float | None

    @cached_property
    def genera(self) -> frozenset[str]:
        """Genera of its organisms as they are compared; empty where none is stated."""
        named = (part for text in self.organisms for part in split_organisms(text))
        first = (names[0].genus for one in named if (names := readings(one)))
        return frozenset(first) - _NO_GENUS


_COLUMNS = tuple(Candidate.__dataclass_fields__)


class Candidates:
    """The candidates of a ranking, read through DuckDB in bounded memory.

    Parameters
    ----------
    connection : from `core.database.open_database`.
    ranking : table RANKING, with the decisions of earlier screens and what was assayed.
    settings : which tiers may be picked.

    Raises
    ------
    InputError : the table is missing, damaged, or lacks a column.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, ranking: Path, settings: PickSettings
    ) -> None:
        next(read_partitions(ranking, RANKING))  # checks that all columns are there
        tiers = ", ".join(f"'{tier}'" for tier in settings.tiers)
        self._connection = connection
        self._table = sql_table(ranking)
        self._verdict = (
            "CASE WHEN decision = 'reject' THEN 'rejected' "
            "WHEN decision = 'advance' THEN 'advanced' "
            "WHEN len(assayed) > 0 THEN 'assayed' "
            "WHEN len(quarantine) > 0 THEN 'quarantined' "
            f"WHEN tier NOT IN ({tiers}) THEN 'other_tier' ELSE 'eligible' END"
        )

    def counts(self) -> dict[str, int]:
        """How many ranked structures each verdict has; each structure has one."""
        found = self._connection.sql(
            f"SELECT {self._verdict}, count(*) FROM {self._table} GROUP BY ALL"
        ).fetchall()
        return dict.fromkeys(_VERDICTS, 0) | dict(found)

    def by_rank(self) -> Iterator[Candidate]:
        """Those that may be picked, the best first."""
        return self._rows("TRUE", "rank")

    def undervalued(self, cut: float) -> Iterator[Candidate]:
        """Those below a score that reach it at face value, the highest face value first."""
        return self._rows(
            f"score < {cut!r} AND score_mean >= {cut!r}", "score_mean DESC, structure_id"
        )

    def _rows(self, condition: str, order: str) -> Iterator[Candidate]:
        columns = ", ".join(map(sql_name, _COLUMNS))
        query = (
            f"SELECT {columns} FROM {self._table} "
            f"WHERE {self._verdict} = 'eligible' AND {condition} ORDER BY {order}"
        )
        # A cursor of its own: who reads just the head leaves the result open.
        with self._connection.cursor() as cursor:
            for table in stream_query(cursor, query):
                rows: list[dict[str, Any]] = table.to_pylist()
                yield from (Candidate(**row) for row in rows)
