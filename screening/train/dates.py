"""A split by time: the latest structures are the test, as a model meets them in use.

Sheridan 2013, J. Chem. Inf. Model. 53:783, doi:10.1021/ci400084k.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from screening.core.errors import TrainingDataError
from screening.train.assemble import RawTable
from screening.train.labels import name_rows
from screening.train.structures import Structure, Structures


def latest(
    table: RawTable, column: str, structures: Structures, flat_keys: Sequence[str], share: float
) -> NDArray[np.bool_]:
    """(n,) whether a structure is among the latest; one is as old as its first row.

    Structures of one date stay on one side: of the last whole dates, at most the share.

    Raises
    ------
    TrainingDataError : the column is missing, or a date cannot be read.
    """
    first = _first_dates(table, column, structures)
    dates = np.array([first[key] for key in flat_keys], dtype="datetime64[ns]")
    order = np.sort(dates)
    cut = order[len(order) - int(share * len(order)) - 1]
    chosen: NDArray[np.bool_] = dates > cut
    if not chosen.any():
        raise TrainingDataError(
            f"column {column!r}: the last date holds more than {share:.0%} of the structures",
            "give finer dates, or another split",
        )
    return chosen


def _first_dates(
    table: RawTable, column: str, structures: Structures
) -> Mapping[str, np.datetime64]:
    if column not in table.frame.columns:
        raise TrainingDataError(
            f"the date column {column!r} is missing",
            f"columns are {', '.join(map(repr, table.frame.columns))}",
        )
    text = table.frame[column].str.strip()
    dates = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=True)
    if dates.isna().any():
        raise TrainingDataError(
            f"column {column!r} holds no dates in row {name_rows(text[dates.isna()])}",
            "write them as 2026, 2026-05 or 2026-05-31",
        )
    found = [structures[smiles.strip()] for smiles in table.frame[table.smiles_column]]
    keys = [item.flat_key if isinstance(item, Structure) else None for item in found]
    frame = pd.DataFrame({"key": keys, "date": dates.dt.tz_localize(None)}).dropna()
    return dict(frame.groupby("key")["date"].min().items())  # type: ignore[arg-type]
