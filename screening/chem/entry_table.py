"""Entries of a user's own file as a table of partitions, which workers can read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from screening.chem.entry import Entry
from screening.chem.problem import Problem
from screening.core.parallel import chunked
from screening.core.partitions import PARTITION_ROWS, PartitionWriter, partition_files
from screening.core.slices import Slice

# A code stands where the record cannot be read.
ENTRIES = pa.schema(
    [
        pa.field("smiles", pa.string(), nullable=False),
        pa.field("code", pa.string()),
        pa.field("detail", pa.string()),
    ]
)


def write_entries(entries: Iterable[Entry], path: Path) -> None:
    """Write entries in their order.

    Raises
    ------
    InputError : the file that they come from has a fault; there is no table then.
    """
    with PartitionWriter(path, ENTRIES) as writer:
        for some in chunked(entries, PARTITION_ROWS):
            writer.write_rows([_row(entry) for entry in some])


def entry_tables(path: Path) -> Iterator[pa.Table]:
    """The table that was written, partition by partition."""
    return map(pq.read_table, partition_files(path))


def sliced_entries(part: Slice) -> list[Entry]:
    """The entries of a slice, where all rows were cut: numbered as in the file."""
    return [
        Entry(
            row,
            values["smiles"],
            problem=Problem(values["code"], values["detail"]) if values["code"] else None,
        )
        for row, values in enumerate(part.read(ENTRIES.names).to_pylist(), part.first)
    ]


def _row(entry: Entry) -> dict[str, str | None]:
    problem = entry.problem
    return {
        "smiles": entry.smiles,
        "code": problem.code if problem else None,
        "detail": problem.detail if problem else None,
    }
