"""Units stated beside the labels of a table: one column of labels must have one unit."""

from __future__ import annotations

import re

import pandas as pd

from screening.core.errors import TrainingDataError
from screening.train.labels import name_rows

_OF_ALL = {"unit", "units", "standard_units"}
_WITH_UNIT = re.compile(r"^[<>=~≤≥]*\s*[-+]?\d[\d.,eE+-]*\s*[^\d\s.,eE+-].*$")
_CENSORED = re.compile(r"^\s*[<>≤≥~]=?\s*[-+]?\d")


def unit_column(columns: list[str], target: str) -> str | None:
    """The column that states the unit of a label column, by its name; None: there is none."""
    own = {f"{target}_unit".casefold(), f"{target}_units".casefold()}
    names = {name.strip().casefold(): name for name in columns}
    return next((names[name] for name in sorted(own) + sorted(_OF_ALL) if name in names), None)


def check_units(frame: pd.DataFrame, target: str, table: str) -> str | None:
    """The unit of a label column where the table states it.

    Raises
    ------
    TrainingDataError : several units, named with their rows, or a unit or a relation in the cells.
    """
    cells = frame[target].str.strip()
    for pattern, what in ((_CENSORED, "a relation"), (_WITH_UNIT, "a unit")):
        bad = cells[cells.str.match(pattern)]
        if len(bad):
            raise TrainingDataError(
                f"{table}: column {target!r} holds {what} beside its numbers, row {name_rows(bad)}",
                "give plain numbers in one unit; `screening results import` reads assay results "
                "with units and relations",
            )
    column = unit_column(list(frame.columns), target)
    if column is None:
        return None
    units = frame[column].str.strip()[cells != ""]
    kinds = units[units != ""].value_counts()
    if len(kinds) > 1:
        common = kinds.index[0]
        raise TrainingDataError(
            f"{table}: column {column!r} mixes the units {', '.join(map(repr, kinds.index))}: "
            f"most rows are in {common!r}, not row {name_rows(units[units != common])}",
            f"convert the labels of column {target!r} to one unit",
        )
    return str(kinds.index[0]) if len(kinds) else None
