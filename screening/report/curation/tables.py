"""A screen's tables opened for counting, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow.parquet as pq

from screening.core.database import open_database, sql_table
from screening.core.errors import InputError
from screening.core.partitions import partition_files
from screening.core.tables import COMPOUNDS, EVIDENCE, FAMILIES, REJECTS, STRUCTURES, TableSchema
from screening.report.files import naming_damage

# No text of the library is read further than this: a name may be megabytes long.
TEXT_CHARS = 600
# What says nothing about the files; of a damaged one, DuckDB raises many kinds of error.
_OTHER_FAULTS = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
    duckdb.OutOfMemoryException,
)
_TABLES = (COMPOUNDS, STRUCTURES, REJECTS, EVIDENCE, FAMILIES)


class Tables:
    """The final tables of a screened library, under their names.

    Parameters
    ----------
    connection : database in which each table is a view.
    folder : folder of the library, for messages.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._connection = connection
        self._folder = folder

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query, which must limit itself.

        Raises
        ------
        InputError : a table is damaged.
        """
        try:
            return self._connection.execute(query, list(values)).fetchall()
        except _OTHER_FAULTS:
            raise
        except duckdb.Error as problem:
            raise InputError(
                f"{self._folder}: a table cannot be read ({str(problem).splitlines()[0][:200]})",
                "remove it and run the screen again",
            ) from None

    def one(self, query: str, values: Sequence[object] = ()) -> tuple[Any, ...]:
        """The only row of an aggregate."""
        [row] = self.rows(query, values)
        return row


@contextmanager
def open_tables(folder: Path) -> Iterator[Tables]:
    """Open the tables of one screened library.

    Parameters
    ----------
    folder : folder of the library.

    Raises
    ------
    InputError : a table is missing, damaged or lacks a column.
    """
    with TemporaryDirectory() as scratch, open_database(Path(scratch)) as connection:
        for table in _TABLES:
            path = folder / f"{table.name}.parquet"
            _check(path, table)
            connection.execute(f"CREATE VIEW {table.name} AS SELECT * FROM {sql_table(path)}")
        yield Tables(connection, folder)


def _check(path: Path, table: TableSchema) -> None:
    """Look whether each partition has the declared columns."""
    for file in partition_files(path):
        with naming_damage(path):
            found = set(pq.read_schema(file).names)
        for column in table.columns:
            if column.name not in found:
                raise InputError(
                    f"{file}: column {column.name} of table {table.name} is missing",
                    "run the stage that writes it again",
                )
