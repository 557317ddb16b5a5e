"""Joins and orders the tables of a screen with DuckDB: in bounded memory, spilling to disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from screening.core.database import sql_name, sql_table, stream_query
from screening.rank.gathered import GATHERED
from screening.rank.provenance import PROVENANCE

# What flags are made of, besides descriptors and predictions.
_FLAGGED = ("marine", "quarantine", "conflicts", "decision", "decision_note")


def joined_rows(
    connection: duckdb.DuckDBPyConnection,
    structures: Path,
    gathered: tuple[Path, Sequence[str]],
    descriptors: tuple[Path, Sequence[str]],
    predictions: tuple[Path, Sequence[str]],
) -> Iterator[pa.Table]:
    """Yield every structure with the named columns of its descriptors and predictions.

    Parameters
    ----------
    connection : from `core.database.open_database`.
    structures : table STRUCTURES; each gives one row, nulls where it has no partner.
    gathered : file of `write_gathered`, and the quantities of `PROVENANCE` wanted of it.
    descriptors, predictions : table and its columns wanted; the two share none.
    """
    wanted = ["s.structure_id", "s.smiles", "s.stereo", "g.first_compound"]
    wanted += [f"g.{name}" for name in _FLAGGED]
    wanted += [f"({PROVENANCE[name].sql}) AS {sql_name(name)}" for name in gathered[1]]
    wanted += [
        f"{alias}.{sql_name(column)}"
        for alias, (_, columns) in (("d", descriptors), ("p", predictions))
        for column in columns
    ]
    yield from stream_query(
        connection,
        f"SELECT {', '.join(wanted)} FROM {sql_table(structures)} s "
        f"JOIN {sql_table(gathered[0])} g USING (structure_id) "
        f"LEFT JOIN {sql_table(descriptors[0])} d ON d.structure_id = s.structure_id "
        f"LEFT JOIN {sql_table(predictions[0])} p ON p.structure_id = s.structure_id",
    )


def ranked_rows(
    connection: duckdb.DuckDBPyConnection, scored: Path, gathered: Path, scratch: Path
) -> Iterator[pa.Table]:
    """Yield scored structures with all that is known of them, the best first.

    Equal scores are ordered by the first of the structures' compounds. Joining and ordering go
    through a file, so that only one of them claims memory at a time.

    Parameters
    ----------
    connection : from `core.database.open_database`.
    scored : table of `structure_id`, `score` and further columns.
    gathered : file of `write_gathered`.
    scratch : folder for the file between.
    """
    joined = scratch / "joined.parquet"
    columns = ", ".join(f"g.{sql_name(name)}" for name in GATHERED)
    connection.sql(
        f"SELECT r.*, g.first_name AS name, g.first_compound, {columns} "
        f"FROM {sql_table(scored)} r JOIN {sql_table(gathered)} g USING (structure_id)"
    ).write_parquet(str(joined))
    yield from stream_query(
        connection,
        f"SELECT * FROM {sql_table(joined)} ORDER BY score DESC, first_compound, structure_id",
    )
