"""The pick: what was chosen for assay, and the plate on which it lies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screening.core.tables import PICK
from screening.report.optional import read_rows

# A pick is a few plates at most; a page does not list more.
LISTED = 400
_WELL = re.compile(r"([A-P])0*([1-9]\d?)")
# Rows and columns of the plates in use (ANSI/SLAS 4-2004): 24, 96 and 384 wells.
_FORMATS = ((4, 6), (8, 12), (16, 24))
_STEP, _MARGIN = 40, 34


@dataclass(frozen=True)
class Well:
    """One well of the picture; `row` is None where nothing lies in it."""

    name: str
    x: int
    y: int
    row: dict[str, Any] | None


@dataclass(frozen=True)
class Plate:
    """A plate as a picture, sizes in its own units."""

    width: int
    height: int
    heads: tuple[tuple[str, int, int], ...]
    wells: tuple[Well, ...]


def read_pick(path: Path) -> list[dict[str, Any]]:
    """Rows of table `PICK` in the order in which they were chosen; none without the table.

    Raises
    ------
    InputError : the table is damaged.
    """
    rows = read_rows(path, PICK, most=LISTED)
    return sorted(rows, key=lambda row: int(row["pick_number"]))


def plate_of(rows: Sequence[dict[str, Any]]) -> Plate | None:
    """The smallest plate that holds the wells; None where they are not those of one plate."""
    places: dict[tuple[int, int], dict[str, Any]] = {}
    for row in rows:
        found = _WELL.fullmatch(row["well"])
        if not found:
            return None
        place = (ord(found[1]) - ord("A"), int(found[2]) - 1)
        if place in places:
            return None
        places[place] = row
    for n_rows, n_columns in _FORMATS:
        if all(row < n_rows and column < n_columns for row, column in places):
            return _plate(n_rows, n_columns, places)
    return None


def _plate(n_rows: int, n_columns: int, places: dict[tuple[int, int], dict[str, Any]]) -> Plate:
    letters = [chr(ord("A") + row) for row in range(n_rows)]
    heads = [(str(column + 1), _MARGIN + column * _STEP, 14) for column in range(n_columns)]
    heads += [(letter, 8, _MARGIN + row * _STEP + 5) for row, letter in enumerate(letters)]
    wells = [
        Well(
            f"{letter}{column + 1}",
            _MARGIN + column * _STEP,
            _MARGIN + row * _STEP,
            places.get((row, column)),
        )
        for row, letter in enumerate(letters)
        for column in range(n_columns)
    ]
    edge = _MARGIN - _STEP // 2 + 4
    return Plate(edge + n_columns * _STEP, edge + n_rows * _STEP, tuple(heads), tuple(wells))
