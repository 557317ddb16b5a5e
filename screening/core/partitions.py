"""Reading and writing tables as folders of Parquet partitions, atomically and in bounded memory."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from screening.core.disk import writing
from screening.core.errors import InputError
from screening.core.tables import TableSchema

PARTITION_ROWS = 5_000


class PartitionWriter:
    """Write a table beside its place and move it there when all is written.

    Parameters
    ----------
    path : folder of the finished table.
    schema : Arrow schema (from `TableSchema.arrow`); every row is cast to it.
    rows_per_partition : rows held in memory before a partition is written.

    Raises
    ------
    ValueError : a column that must not be null is null (a programming error).
    OutputError : the disk is full, or the place not writable; nothing is left there.
    """

    def __init__(
        self, path: Path, schema: pa.Schema, rows_per_partition: int = PARTITION_ROWS
    ) -> None:
        self.path = path
        self.schema = schema
        self.rows_per_partition = rows_per_partition
        self.n_rows = 0
        self._partial = path.with_name(f".{path.name}.partial")
        self._held: list[pa.Table] = []
        self._n_held = 0
        self._n_partitions = 0

    def __enter__(self) -> Self:
        with writing(self.path):
            remove(self._partial)
            self._partial.mkdir(parents=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                if self._n_held or not self._n_partitions:
                    self._flush(self._n_held)
                with writing(self.path):
                    replace(self._partial, self.path)
        finally:
            remove(self._partial)

    def write_rows(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Append rows given as mappings; missing columns are null."""
        if rows:
            self.write(pa.Table.from_pylist([dict(row) for row in rows], schema=self.schema))

    def write(self, table: pa.Table) -> None:
        """Append a table with the schema's columns, in any order."""
        table = table.select(self.schema.names).cast(self.schema)
        for field in self.schema:
            if not field.nullable and table.column(field.name).null_count:
                raise ValueError(f"{self.path.name}: column {field.name} holds nulls")
        self._held.append(table)
        self._n_held += table.num_rows
        self.n_rows += table.num_rows
        while self._n_held >= self.rows_per_partition:
            self._flush(self.rows_per_partition)

    def _flush(self, n_rows: int) -> None:
        held = pa.concat_tables(self._held) if self._held else self.schema.empty_table()
        part = self._partial / f"part-{self._n_partitions:05d}.parquet"
        with writing(self.path):
            pq.write_table(held.slice(0, n_rows), part, compression="zstd")
        rest = held.slice(n_rows)
        self._held = [rest] if rest.num_rows else []
        self._n_held = rest.num_rows
        self._n_partitions += 1


def write_text(path: Path, text: str) -> None:
    """Write a text file beside its place, then move it there.

    Raises
    ------
    OutputError : the disk is full, or the place not writable; nothing is left there.
    """
    partial = path.with_name(f".{path.name}.partial")
    with writing(path):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_text(text, encoding="utf-8")
            partial.replace(path)
        finally:
            remove(partial)


@contextmanager
def working_folder(output: Path) -> Iterator[Path]:
    """A folder beside an output for what passes while it is made; it is gone after the block."""
    folder = output.with_name(f".{output.name}.work")
    remove(folder)  # of a run that was killed
    with writing(folder):
        folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        remove(folder)


def remove(path: Path) -> None:
    """Remove a file or folder if it is there."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def replace(new: Path, path: Path) -> None:
    """Move `new` to `path`; a folder that stood there goes first aside, then away."""
    if path.is_dir():
        old = path.with_name(f".{path.name}.old")
        remove(old)
        path.rename(old)
        new.rename(path)
        remove(old)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.replace(path)


def partition_files(path: Path) -> list[Path]:
    """The partitions of a table (a folder, or one Parquet file), in order.

    Raises
    ------
    InputError : there is no such table, or it has no partition.
    """
    files = [path] if path.is_file() else sorted(path.glob("part-*.parquet"))
    if not files:
        raise InputError(f"{path}: no such table", "run the stage that writes it")
    return files


def read_partitions(
    path: Path, schema: TableSchema, columns: Sequence[str] | None = None
) -> Iterator[pa.Table]:
    """Yield a table's partitions one by one, their columns checked against the schema.

    Raises
    ------
    InputError : a partition is unreadable, or lacks a declared column or its type.
    """
    for file in partition_files(path):
        try:
            table = pq.read_table(file, columns=list(columns) if columns else None)
        except (pa.ArrowInvalid, OSError) as problem:
            raise InputError(f"{file}: not a readable partition ({problem})", "remove it") from None
        for column in schema.columns:
            if columns and column.name not in columns:
                continue
            if column.name not in table.column_names:
                raise InputError(
                    f"{file}: column {column.name} of table {schema.name} is missing",
                    "run the stage that writes it again",
                )
            if table.schema.field(column.name).type != column.type:
                raise InputError(
                    f"{file}: column {column.name} is {table.schema.field(column.name).type}, "
                    f"not {column.type}",
                    "run the stage that writes it again",
                )
        yield table


def read_table(path: Path, schema: TableSchema, columns: Sequence[str] | None = None) -> pa.Table:
    """A whole table in memory; for small ones and for tests."""
    return pa.concat_tables(list(read_partitions(path, schema, columns)))


def count_rows(path: Path) -> int:
    """Rows of a table, from the partitions' footers alone.

    Raises
    ------
    InputError : there is no such table, or a partition is unreadable.
    """
    return sum(_metadata(file).num_rows for file in partition_files(path))


def _metadata(file: Path) -> pq.FileMetaData:
    try:
        return pq.read_metadata(file)
    except (pa.ArrowInvalid, OSError) as problem:
        raise InputError(f"{file}: not a readable partition ({problem})", "remove it") from None
