"""The rejects as a sheet to correct: fill in a structure, and screen the library with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from screening.core.partitions import read_partitions
from screening.core.spreadsheet import write_spreadsheet
from screening.core.tables import REJECTS

CORRECTED = "corrected_structure"
_COLUMNS = (
    "source_file",
    "record_number",
    "compound_id",
    "name",
    "code",
    "detail",
    "fix",
    "structure",
    CORRECTED,
)


def write_rejects_csv(rejects: Path, output: Path) -> None:
    """Write the table REJECTS as CSV with an empty column `corrected_structure`.

    Filled in, the file goes back by `screening run LIBRARY --corrections FILE`.

    Parameters
    ----------
    rejects : table REJECTS.
    output : CSV file to write.
    """
    write_spreadsheet(_with_empty_column(rejects), _COLUMNS, output)


def _with_empty_column(rejects: Path) -> Iterator[pa.Table]:
    for table in read_partitions(rejects, REJECTS):
        # A molblock does not fit a cell; who draws anew gives SMILES.
        yield table.append_column(CORRECTED, pa.nulls(table.num_rows, pa.string()))
