"""DuckDB over tables of the project: in bounded memory, spilling to disk, reading no other file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from screening.core.errors import OutputError
from screening.core.partitions import PARTITION_ROWS, partition_files

MEMORY_LIMIT = "1GB"
# What sorts and groups keys alone needs less.
KEYS_MEMORY = "512MB"
# What the system says of a full disk, or of a user's full part of it.
_FULL = ("No space left on device", "Disk quota exceeded")


@contextmanager
def open_database(scratch: Path, memory: str = MEMORY_LIMIT) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory that spills into `scratch` beyond its memory limit.

    One thread: a stage is one job of the workflow, and the order of rows is then the same on
    every machine.

    Raises
    ------
    OutputError : the disk is full.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "temp_directory": str(scratch),
        "threads": "1",
        "preserve_insertion_order": "false",
        "autoinstall_known_extensions": "false",
    }
    with duckdb.connect(":memory:", config=settings) as connection:
        try:
            yield connection
        except duckdb.IOException as problem:
            if not any(text in str(problem) for text in _FULL):
                raise
            raise OutputError(f"{scratch.parent}: the disk is full", "make room") from None


def stream_query(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[pa.Table]:
    """The rows of a query, a partition's worth at a time."""
    for batch in connection.sql(query).to_arrow_reader(PARTITION_ROWS):
        yield pa.Table.from_batches([batch])


def sql_table(path: Path) -> str:
    """The SQL that reads a table (a folder of partitions, or one Parquet file).

    Raises
    ------
    InputError : there is no such table.
    """
    return sql_files(partition_files(path))


def sql_files(files: Sequence[Path], options: str = "") -> str:
    """The SQL that reads Parquet files.

    Parameters
    ----------
    files : at least one.
    options : further arguments of `read_parquet`, such as `, filename = true`.
    """
    return f"read_parquet([{', '.join(_file(str(file)) for file in files)}]{options})"


def sql_name(column: str) -> str:
    """A column's name as SQL text."""
    return '"' + column.replace('"', '""') + '"'


def _file(path: str) -> str:
    """A path as SQL text; brackets keep DuckDB from reading `*`, `?` and `[` as patterns."""
    literal = re.sub(r"([\[\]*?])", r"[\1]", path)
    return "'" + literal.replace("'", "''") + "'"
