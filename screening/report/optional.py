"""Tables that a screen may lack: nothing known, no pick, no earlier screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from screening.core.partitions import read_partitions
from screening.core.tables import TableSchema


def is_there(table: Path) -> bool:
    """Whether the screen has this table."""
    return table.is_file() or table.is_dir()


def read_rows(
    path: Path,
    schema: TableSchema,
    structures: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """Rows of a table; none where it is missing. Partitions are read one by one.

    Parameters
    ----------
    structures : only the rows of these; None: of all.

    Raises
    ------
    InputError : the table is damaged or lacks a column.
    """
    if not is_there(path):
        return []
    keep = _keeper(structures)
    rows: list[dict[str, Any]] = []
    for table in read_partitions(path, schema, [column.name for column in schema.columns]):
        rows += keep(table).to_pylist()
    return rows


def _keeper(structures: Sequence[str] | None) -> Callable[[pa.Table], pa.Table]:
    if structures is None:
        return lambda table: table
    wanted = pa.array(list(structures), pa.string())
    return lambda table: table.filter(pc.is_in(table.column("structure_id"), wanted))
