"""A split that the user's table states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from screening.core.errors import TrainingDataError
from screening.train.assemble import LabelledSet, RawTable
from screening.train.recipe import Recipe
from screening.train.split import ALWAYS, TEST, Split, scaffold_groups, split_around
from screening.train.structures import Structure, Structures

_VALIDATION = 0
_NAMES = {
    "train": ALWAYS, "training": ALWAYS,
    "val": _VALIDATION, "valid": _VALIDATION, "validation": _VALIDATION,
    "test": TEST, "testing": TEST,
}  # fmt: skip
_PART_NAMES = {ALWAYS: "train", _VALIDATION: "validation", TEST: "test"}


def _parts_by_key(table: RawTable, column: str, structures: Structures) -> dict[str, int]:
    if column not in table.frame.columns:
        raise TrainingDataError(
            f"the split column {column!r} is missing",
            f"columns are {', '.join(map(repr, table.frame.columns))}",
        )
    parts: dict[str, int] = {}
    first_row: dict[str, int] = {}
    cells = zip(table.frame[table.smiles_column], table.frame[column], strict=True)
    for row, (smiles, text) in enumerate(cells, start=1):
        part = _NAMES.get(text.strip().lower())
        if part is None:
            raise TrainingDataError(
                f"row {row}: split {text!r} in column {column!r} is unknown",
                "write train, validation or test",
            )
        found = structures[smiles.strip()]
        if not isinstance(found, Structure):
            continue
        if parts.setdefault(found.flat_key, part) != part:
            raise TrainingDataError(
                f"rows {first_row[found.flat_key]} and {row} are one structure "
                f"({found.flat_key}, stereochemistry aside) in two parts of the split: "
                f"{_PART_NAMES[parts[found.flat_key]]} and {_PART_NAMES[part]}",
                "put all rows of a structure into one part",
            )
        first_row.setdefault(found.flat_key, row)
    return parts


def parts_from_column(
    recipe: Recipe,
    tables: Mapping[str, RawTable],
    structures: Structures,
    labelled: LabelledSet,
    scaffolds: Sequence[str],
    *,
    test: NDArray[np.bool_],
) -> Split:
    """The split of the column; without a validation part, folds of its train part.

    Parameters
    ----------
    test : (n,) structures of a fixed test, whatever the column says of them, if anything.

    Raises
    ------
    TrainingDataError : an unknown part name, or one structure in two parts.
    """
    column = recipe.split.column or ""
    name = recipe.endpoints[0].sources[0].table
    by_key = _parts_by_key(tables[name], column, structures)
    pairs = zip(labelled.flat_keys, test, strict=True)
    fold = np.array([TEST if fixed else by_key[key] for key, fixed in pairs], dtype=np.int8)
    if (fold == _VALIDATION).any():
        return Split(fold, f"column {column}")
    rows = np.flatnonzero(fold == ALWAYS)
    groups = scaffold_groups(labelled.flat_keys, scaffolds).take(rows.tolist())
    inner = split_around(np.zeros(len(rows), np.bool_), groups, recipe.split)
    fold[rows] = inner.fold
    return Split(fold, f"column {column}; its train part by {inner.method}")
