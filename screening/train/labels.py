"""Reading a label column, naming the rows that cannot be read."""

from __future__ import annotations

import numpy as np
import pandas as pd

from screening.core.bundle import Kind
from screening.core.errors import TrainingDataError

_BLANK = {"", "nan", "na", "n/a", "none", "null"}
_SHOWN = 5


def name_rows(bad: pd.Series) -> str:
    """`3 ('abc'), 9 ('2')`: the first of some cells, rows counted from 1 below the header."""
    numbered = zip(bad.index[:_SHOWN].to_numpy(np.int64), bad.iloc[:_SHOWN], strict=True)
    shown = ", ".join(f"{int(row) + 1} ({value[:40]!r})" for row, value in numbered)
    return f"{shown}, and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else shown


def parse_labels(column: pd.Series, kind: Kind, table: str) -> pd.Series:
    """Text labels as numbers, NaN where blank.

    Parameters
    ----------
    column : text cells with index 0, 1, ... in file order.
    kind : `classification` takes 0 and 1 alone, `regression` any finite number.
    table : name for messages.

    Raises
    ------
    TrainingDataError : a label is no number, not finite, or outside 0/1.
    """
    text = column.str.strip()
    blank = text.str.lower().isin(_BLANK)
    values = pd.to_numeric(text.where(~blank), errors="coerce")
    unreadable = ~blank & ~np.isfinite(values)
    if unreadable.any():
        raise TrainingDataError(
            f"{table}: column {column.name!r} holds text or infinite values among its numbers, "
            f"row {name_rows(column[unreadable])}",
            "leave the cell empty where nothing was measured",
        )
    if kind == "classification":
        outside = ~blank & ~values.isin([0, 1])
        if outside.any():
            raise TrainingDataError(
                f"{table}: column {column.name!r} holds labels outside 0 and 1, "
                f"row {name_rows(column[outside])}",
                "write 1 for active and 0 for inactive, or use --kind regression",
            )
    return values
