"""The pick as files to hand over: the table, a plate map for spreadsheets, and an SD file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from screening.chem.sdf_record import sdf_record
from screening.core.partitions import PartitionWriter, write_text
from screening.core.spreadsheet import cell, original_text, write_spreadsheet
from screening.core.tables import PICK

# The plate map begins with what the bench reads.
_FIRST = ("well", "pick_number", "compound_id", "name", "smiles")
_COLUMNS = (*_FIRST, *(column.name for column in PICK.columns if column.name not in _FIRST))

# What the drawn structure of a record says itself.
_DRAWN = ("smiles", "scaffold")


def write_pick(rows: list[dict[str, Any]], output: Path) -> None:
    """Write table PICK, and `.csv` and `.sdf` of the same name beside it.

    Parameters
    ----------
    rows : of PICK, in the order of the wells.
    output : table to write, such as `pick.parquet`.
    """
    with PartitionWriter(output, PICK.arrow()) as writer:
        writer.write_rows(rows)
    table = pa.Table.from_pylist(rows, schema=PICK.arrow())
    write_spreadsheet([table], _COLUMNS, output.with_suffix(".csv"))
    write_text(output.with_suffix(".sdf"), "".join(_record(row) for row in rows))


def _record(row: dict[str, Any]) -> str:
    texts = {name: original_text(cell(row[name])) for name in _COLUMNS if name not in _DRAWN}
    properties = {name: text for name, text in texts.items() if text}
    return sdf_record(row["smiles"], row["name"], properties)
