"""Structures that a stage after standardisation lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from screening.core.partitions import read_partitions
from screening.core.tables import LOST_STRUCTURES


def read_lost(tables: Sequence[Path]) -> pa.Table:
    """All lost structures, each once, with the first stage that lost it.

    Parameters
    ----------
    tables : tables `lost_structures`, in the order of the stages.

    Returns
    -------
    Rows of `LOST_STRUCTURES`; few, since a healthy screen loses next to none.
    """
    rows: dict[str, dict[str, str]] = {}
    for path in tables:
        for table in read_partitions(path, LOST_STRUCTURES):
            for row in table.to_pylist():
                rows.setdefault(row["structure_id"], row)
    return pa.Table.from_pylist(list(rows.values()), schema=LOST_STRUCTURES.arrow())
