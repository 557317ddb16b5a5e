"""A structure on its way through a stage, known by its place in the input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from screening.chem.problem import Problem
from screening.core.partitions import read_partitions
from screening.core.stored_rows import items_at
from screening.core.tables import STRUCTURES


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
    rows = count()
    for table in read_partitions(structures, STRUCTURES, ["structure_id", "smiles"]):
        keys, smiles = table["structure_id"].to_pylist(), table["smiles"].to_pylist()
        for key, text in zip(keys, smiles, strict=True):
            yield Entry(next(rows), text, key)


def entries_at(entries: Iterable[Entry], rows: Iterable[int]) -> Iterator[Entry]:
    """The entries at some rows, counted anew from 0.

    Parameters
    ----------
    entries : streamed once.
    rows : ascending.
    """
    for position, found in enumerate(items_at(entries, rows)):
        yield replace(found, row=position)


def lost_row(key: str, stage: str, problem: Problem) -> dict[str, str]:
    """The row of LOST_STRUCTURES for a structure that a stage lost."""
    return {"structure_id": key, "stage": stage, "code": problem.code, "detail": problem.detail}
