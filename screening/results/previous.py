"""A training table that new results are added to, and how training tables are written."""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from screening.chem.problem import Problem
from screening.chem.standardise import standardise
from screening.core.edited_csv import read_edited_rows
from screening.core.errors import InputError
from screening.core.partitions import write_text
from screening.core.spreadsheet import cell

Row = dict[str, str]
STRUCTURE_ID = "structure_id"
# What a new structure is for, where the previous table states it.
_SPLIT = {"split": "train"}


@dataclass(frozen=True)
class Previous:
    """An earlier table: its columns, and its rows as text."""

    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()

    def without(self, structures: Container[str], smiles_column: str) -> list[Row]:
        """The rows of other structures; those that cannot be read stay, and training tells them."""
        return [row for row in self.rows if _structure_id(row, smiles_column) not in structures]

    def filled(self, row: Row) -> Row:
        """A new row with what the other columns hold of it."""
        return {**dict.fromkeys(self.columns, ""), **self._split(), **row}

    def _split(self) -> Row:
        return {name: part for name, part in _SPLIT.items() if name in self.columns}


def read_previous(path: Path | None, needed: Sequence[str]) -> Previous:
    """Read a table as text; without a path, one without rows.

    Raises
    ------
    InputError : it cannot be read, or lacks a column.
    """
    if path is None:
        return Previous()
    columns: list[str] = []

    def take_header(names: Sequence[str]) -> None:
        columns.extend(names)
        for name in needed:
            if names.count(name) != 1:
                what = "several columns" if name in names else "no column"
                raise InputError(
                    f"{path}: {what} {name!r}; it has {', '.join(map(repr, names[:20]))}",
                    "name its label column by --target, and its structures by --smiles-column",
                )

    rows = tuple(row for _, row in read_edited_rows(path, take_header))
    return Previous(tuple(columns), rows)


def write_rows(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write rows as CSV, atomically; numbers stay numbers, other text is made safe.

    Raises
    ------
    OutputError : the disk is full, or the place not writable.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(cell, columns))
    writer.writerows([_safe(row.get(name, "")) for name in columns] for row in rows)
    write_text(path, text.getvalue())


def _safe(text: str) -> str:
    try:
        float(text)
    except ValueError:
        return cell(text)
    return text


def _structure_id(row: Row, smiles_column: str) -> str:
    if stated := row.get(STRUCTURE_ID):
        return stated
    parent = standardise(row[smiles_column])
    return "" if isinstance(parent, Problem) else parent.inchikey
