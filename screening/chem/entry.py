"""A structure on its way through a stage, known by its place in the input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from screening.chem.problem import Problem
from screening.core.partitions import read_partitions
from screening.core.segments import result_key
from screening.core.slices import Slice
from screening.core.stored_rows import items_at
from screening.core.tables import STRUCTURES

_COLUMNS = ("structure_id", "smiles")


@dataclass(frozen=True, slots=True)
class Entry:
    """One structure to work on.

    Parameters
    ----------
    row : its position in the input, from 0.
    smiles : structure as given.
    key : what the caller knows it by; may be empty.
    problem : set where the record cannot be read; it is then passed through unread.
    """

    row: int
    smiles: str
    key: str = ""
    problem: Problem | None = None


def structure_entries(structures: Path) -> Iterator[Entry]:
    """The structures of table STRUCTURES, partition by partition."""
    first = 0
    for table in read_partitions(structures, STRUCTURES, _COLUMNS):
        yield from _entries(table, first)
        first += table.num_rows


def structure_key(entry: Entry) -> str:
    """The key under which results of a structure are kept: what was drawn decides."""
    return result_key(entry.smiles)


def structure_keys(structures: Path) -> Iterator[str]:
    """The keys of table STRUCTURES, in its order."""
    return map(result_key, _column(structures, "smiles"))


def structure_ids(structures: Path) -> Iterator[str]:
    """The column `structure_id` of table STRUCTURES."""
    return _column(structures, "structure_id")


def _column(structures: Path, name: str) -> Iterator[str]:
    for table in read_partitions(structures, STRUCTURES, [name]):
        yield from table.column(name).to_pylist()


def sliced_structures(part: Slice) -> list[Entry]:
    """The structures of a slice of table STRUCTURES, numbered as they were cut."""
    return list(_entries(part.read(_COLUMNS), part.first))


def _entries(table: pa.Table, first: int) -> Iterator[Entry]:
    keys, smiles = (table.column(name).to_pylist() for name in _COLUMNS)
    for row, (key, text) in enumerate(zip(keys, smiles, strict=True), first):
        yield Entry(row, text, key)


def entries_at(entries: Iterable[Entry], rows: Iterable[int]) -> Iterator[Entry]:
    """The entries at some rows, counted anew from 0.

    Parameters
    ----------
    entries : streamed once.
    rows : ascending.
    """
    for position, found in enumerate(items_at(entries, rows)):
        yield replace(found, row=position)
