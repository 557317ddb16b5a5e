"""The pick: what was chosen for assay, and the plate on which it lies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screening.core.plates import FORMATS
from screening.core.tables import PICK
from screening.report.optional import read_rows

_WELL = re.compile(r"([A-P])0*([1-9]\d?)")
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
    rows = read_rows(path, PICK)
    return sorted(rows, key=lambda row: int(row["pick_number"]))


def plate_of(rows: Sequence[dict[str, Any]], n_wells: int | None = None) -> Plate | None:
    """The plate of the pick; None where the wells are not those of one plate.

    Parameters
    ----------
    rows : of table `PICK`. n_wells : of the plate; None: the smallest that holds the wells.
    """
    places: dict[tuple[int, int], dict[str, Any]] = {}
    for row in rows:
        found = _WELL.fullmatch(row["well"])
        if not found:
            return None
        place = (ord(found[1]) - ord("A"), int(found[2]) - 1)
        if place in places:
            return None
        places[place] = row
    for size, (n_rows, n_columns, _) in sorted(FORMATS.items()):
        if n_wells in (None, size) and all(
            row < n_rows and column < n_columns for row, column in places
        ):
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
