"""Joins and orders the tables of a screen with DuckDB: in bounded memory, spilling to disk."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from screening.core.partitions import PARTITION_ROWS, partition_files

MEMORY_LIMIT = "1GB"

# Text columns of COMPOUNDS that the ranking gathers, and the ranking's names for them.
_GATHERED = {
    "compound_id": "compound_ids",
    "name": "names",
    "organism": "organisms",
    "phylum": "phyla",
    "known_for": "known_for",
    "status": "statuses",
    "reference": "references",
    "doi": "dois",
}


@contextmanager
def open_database(scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory that spills into `scratch` beyond its memory limit.

    One thread: the stage is one job of the workflow, and the order of rows is then the same on
    every machine.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(scratch),
        "threads": "1",
        "preserve_insertion_order": "false",
        "autoinstall_known_extensions": "false",
    }
    with duckdb.connect(":memory:", config=settings) as connection:
        yield connection


def joined_rows(
    connection: duckdb.DuckDBPyConnection,
    structures: Path,
    descriptors: tuple[Path, Sequence[str]],
    predictions: tuple[Path, Sequence[str]],
) -> Iterator[pa.Table]:
    """Yield every structure with the named columns of its descriptors and predictions.

    Parameters
    ----------
    connection : from `open_database`.
    structures : table STRUCTURES; each gives one row, nulls where it has no partner.
    descriptors, predictions : table and its columns wanted; the two share none.
    """
    wanted = ["s.structure_id", "s.smiles", "s.stereo"]
    wanted += [
        f"{alias}.{_name(column)}"
        for alias, (_, columns) in (("d", descriptors), ("p", predictions))
        for column in columns
    ]
    yield from _stream(
        connection,
        f"SELECT {', '.join(wanted)} FROM {_table(structures)} s "
        f"LEFT JOIN {_table(descriptors[0])} d ON d.structure_id = s.structure_id "
        f"LEFT JOIN {_table(predictions[0])} p ON p.structure_id = s.structure_id",
    )


def ranked_rows(
    connection: duckdb.DuckDBPyConnection, scored: Path, compounds: Path, scratch: Path
) -> Iterator[pa.Table]:
    """Yield the scored structures, the best first, with what is known of their compounds.

    Equal scores are ordered by the structure's key. Gathering, joining and ordering go through
    files, so that only one of them claims memory at a time.

    Parameters
    ----------
    connection : from `open_database`.
    scored : table of `structure_id`, `score` and further columns.
    compounds : table COMPOUNDS.
    scratch : folder for the files between.
    """
    gathered, joined = scratch / "gathered.parquet", scratch / "joined.parquet"
    connection.sql(_gather(compounds)).write_parquet(str(gathered))
    lists = ", ".join(
        f"coalesce(c.{_name(plural)}, []) AS {_name(plural)}" for plural in _GATHERED.values()
    )
    connection.sql(
        f"SELECT r.*, coalesce(c.name, c.compound_ids[1], r.structure_id) AS name, {lists} "
        f"FROM {_table(scored)} r LEFT JOIN {_table(gathered)} c "
        "ON c.structure_id = r.structure_id"
    ).write_parquet(str(joined))
    yield from _stream(
        connection, f"SELECT * FROM {_table(joined)} ORDER BY score DESC, structure_id"
    )


def _gather(compounds: Path) -> str:
    """The query of what is known of each structure's compounds, as sorted lists without repeats."""
    lists = ", ".join(
        f"coalesce(list_sort(list_distinct({_filled(column)})), []) AS {_name(plural)}"
        for column, plural in _GATHERED.items()
    )
    return (
        f"SELECT structure_id, {lists}, first(name ORDER BY library, source_file, record_number) "
        f"FILTER (name <> '') AS name FROM {_table(compounds)} GROUP BY structure_id"
    )


def _filled(column: str) -> str:
    """The SQL of a group's texts that are not empty."""
    return f"list({_name(column)}) FILTER ({_name(column)} <> '')"


def _stream(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[pa.Table]:
    for batch in connection.sql(query).to_arrow_reader(PARTITION_ROWS):
        yield pa.Table.from_batches([batch])


def _table(path: Path) -> str:
    files = ", ".join(_file(str(file)) for file in partition_files(path))
    return f"read_parquet([{files}])"


def _file(path: str) -> str:
    """A path as SQL text; brackets keep DuckDB from reading `*`, `?` and `[` as patterns."""
    literal = re.sub(r"([\[\]*?])", r"[\1]", path)
    return "'" + literal.replace("'", "''") + "'"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
