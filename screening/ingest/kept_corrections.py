"""Corrections kept with the results of a library, round by round.

The rejects of a second screen are only those that the first round has not mended, so the rounds are
put together: a later correction of a record takes the place of an earlier one. A round is kept only
if all of it fits the library; what was kept before may have lost its record since.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from screening.core.corrections_table import CORRECTED, DIGEST, ROUND
from screening.core.partitions import write_text
from screening.core.spreadsheet import cell
from screening.ingest.corrections import Correction, Corrections
from screening.ingest.file_settings import FileSettings
from screening.ingest.settling import settle_library

KEPT = "corrections.csv"
_COLUMNS = ("source_file", "record_number", DIGEST, ROUND, CORRECTED)


def keep_corrections(
    new: Path, kept: Path, inputs: Sequence[Path], settings: FileSettings
) -> list[str]:
    """Add the corrections of a table to those that are kept, if they all fit the library.

    Parameters
    ----------
    new : CSV with the columns source_file, record_number and corrected_structure; a row with the
        word `withdraw` takes back what is kept of its record.
    kept : the same for all rounds; written anew, whole or not at all, and only if it changes.
    inputs, settings : the library, as ingest reads it.

    Returns
    -------
    A line for each row that withdraws what is not kept.

    Raises
    ------
    InputError : a table or the library cannot be read, or a new correction does not fit.
    """
    given = Corrections(new, given_now=True)
    earlier = [Corrections(kept)] if kept.exists() else []
    settle_library([given, *earlier], inputs, settings)
    given.require_found()
    rows = [row for table in earlier for row in (*table.found.values(), *table.left())]
    merged, lines = _withdrawn(rows, given)
    merged = _merged(merged, list(given.found.values()))
    _write(merged, kept)
    return lines


def _withdrawn(rows: list[Correction], given: Corrections) -> tuple[list[Correction], list[str]]:
    """What stays of the rows that are kept, and a line for each withdrawal without effect."""
    lines = []
    for row in given.withdrawn:
        stay = [one for one in rows if not one.meets(row)]
        if len(stay) == len(rows):
            lines.append(f"{row.place}: no correction of this record is kept; nothing withdrawn")
        rows = stay
    return rows, lines


def _merged(rows: list[Correction], given: list[Correction]) -> list[Correction]:
    """The rows that are kept and the new ones; one that says nothing new stays in its round."""
    this_round = 1 + max((row.round for row in rows), default=0)
    new = []
    for one in given:
        known = [row for row in rows if row.meets(one)]
        same = [row.round for row in known if row.round and row.structure == one.structure]
        new.append(replace(one, round=min(same, default=this_round)))
        rows = [row for row in rows if row not in known]
    return rows + new


def _write(rows: list[Correction], kept: Path) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(_COLUMNS)
    for row in sorted(rows, key=lambda row: (row.source_file, row.number, row.digest)):
        place = (cell(row.source_file), row.number, row.digest, max(row.round, 1))
        writer.writerow([*place, cell(row.structure.text)])
    text = stream.getvalue()
    # A table that is the same stays untouched, so that nothing is computed again.
    if not kept.exists() or kept.read_bytes() != text.encode():
        write_text(kept, text)
