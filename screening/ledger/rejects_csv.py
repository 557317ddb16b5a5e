"""The rejects as a sheet to correct: fill in a structure, and screen the library with it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from screening.core.corrections_table import CORRECTED, DIGEST, read_corrections, record_digest
from screening.core.errors import InputError
from screening.core.partitions import read_partitions
from screening.core.spreadsheet import write_spreadsheet
from screening.core.tables import REJECTS

REJECTS_CSV = "rejects.csv"
# The sheet that the user has filled in, where the new one does not hold all of it.
PREVIOUS = "rejects.previous.csv"
_COLUMNS = (
    "source_file",
    "record_number",
    DIGEST,
    "compound_id",
    "name",
    "code",
    "detail",
    "fix",
    "structure",
    CORRECTED,
)
_Key = tuple[str, int, str]


def write_rejects_csv(rejects: Path, folder: Path, draft: Path) -> None:
    """Write the table REJECTS as CSV with a column `corrected_structure`.

    Filled in, the file goes back by `screening run LIBRARY --corrections FILE`. Cells that the user
    has filled in before are kept, and where their rejects are gone, the whole sheet.

    Parameters
    ----------
    rejects : table REJECTS.
    folder : where the sheet of the last screen stands, if there is one.
    draft : CSV file to write.
    """
    filled, complete = _filled_cells(folder / REJECTS_CSV)
    taken: set[_Key] = set()
    write_spreadsheet(_with_corrections(rejects, filled, taken), _COLUMNS, draft)
    if not complete or taken != filled.keys():
        (folder / PREVIOUS).write_bytes((folder / REJECTS_CSV).read_bytes())
        print(
            f"[ledger] not all that was filled in in {REJECTS_CSV} has a reject in the new one; "
            f"the sheet as it was is kept as {PREVIOUS}",
            file=sys.stderr,
            flush=True,
        )


def _filled_cells(sheet: Path) -> tuple[dict[_Key, str], bool]:
    """The cells of a sheet that the user has filled in, and whether all could be read."""
    if not sheet.exists():
        return {}, True
    try:
        rows = list(read_corrections(sheet))
    except InputError:  # a spreadsheet has saved it in some other way: it is kept as it is
        return {}, False
    return {(row.source_file, row.record_number, row.digest): row.text for row in rows}, True


def _with_corrections(
    rejects: Path, filled: dict[_Key, str], taken: set[_Key]
) -> Iterator[pa.Table]:
    """The rejects with digest and correction; the keys of the corrections used are added."""
    for table in read_partitions(rejects, REJECTS):
        digests = [record_digest(raw) for raw in table.column("raw").to_pylist()]
        places = (table.column(name).to_pylist() for name in ("source_file", "record_number"))
        keys = list(zip(*places, digests, strict=True))
        # A sheet made by hand may have no digests.
        keys = [key if key in filled else (*key[:2], "") for key in keys]
        taken.update(key for key in keys if key in filled)
        # A molblock does not fit a cell; who draws anew gives SMILES.
        corrections = pa.array([filled.get(key) for key in keys], pa.string())
        with_digests = table.append_column(DIGEST, pa.array(digests, pa.string()))
        yield with_digests.append_column(CORRECTED, corrections)
