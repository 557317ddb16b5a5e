"""Corrections kept with the results of a library, round by round.

The rejects of a second screen are only those that the first round has not mended, so the rounds are
put together: a later correction of a record takes the place of an earlier one.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from screening.core.partitions import write_text
from screening.core.spreadsheet import cell
from screening.ingest.corrections import COLUMNS, Corrections

KEPT = "corrections.csv"


def keep_corrections(new: Path, kept: Path) -> int:
    """Add the corrections of a table to those that are kept.

    Parameters
    ----------
    new : CSV with the columns source_file, record_number and corrected_structure.
    kept : the same for all rounds; written anew, whole or not at all.

    Returns
    -------
    Number of corrections kept.

    Raises
    ------
    InputError : one of the tables cannot be read.
    """
    rounds = [Corrections(file) for file in (kept, new) if file.exists() or file == new]
    structures = {key: text for one in rounds for key, text in one.texts().items()}
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for (file, number), text in sorted(structures.items()):
        writer.writerow([cell(file), number, cell(text)])
    write_text(kept, stream.getvalue())
    return len(structures)
