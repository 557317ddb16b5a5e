"""The sheet on which users correct records: `rejects.csv`, `corrections.csv`, or one made by hand.

A row names its record by file and number, and by a digest of the record's text, which tells that
the file has changed since. A sheet made by hand may do without the digest.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from screening.core.errors import InputError
from screening.core.spreadsheet import original_text

CORRECTED = "corrected_structure"
DIGEST = "record_digest"
ROUND = "round"
NEEDED = ("source_file", "record_number", CORRECTED)
_MAX_CELL_CHARACTERS = 16 << 20


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A row that is filled in.

    Parameters
    ----------
    place : where it stands, in words.
    source_file, record_number : the record that it is for.
    digest : `record_digest` of that record; empty where the sheet has none.
    text : what stands in the column `corrected_structure`.
    round : the round in which it was kept; 0 where the sheet is no kept one.
    """

    place: str
    source_file: str
    record_number: int
    digest: str
    text: str
    round: int = 0


def record_digest(raw: str) -> str:
    """A short digest of a record's text as read: 16 hexadecimal digits of its SHA-256.

    The letter before them keeps spreadsheets from taking one such as `1234e5` for a number.
    """
    return "r" + hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def read_corrections(file: Path) -> Iterator[CorrectionRow]:
    """Yield the rows with a correction; further columns are ignored, and so are empty rows.

    Raises
    ------
    InputError : it cannot be read, lacks a column, or a number is none.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _MAX_CELL_CHARACTERS))
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            # Spreadsheets of many countries save with semicolons.
            header = stream.readline()
            stream.seek(0)
            reader = csv.DictReader(stream, delimiter=max(",;\t", key=header.count))
            missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                raise InputError(
                    f"{file}: no column {missing[0]!r}",
                    f"a table of corrections has the columns {', '.join(NEEDED)}",
                )
            for cells in reader:
                text = original_text(cells[CORRECTED] or "")
                if text.strip():
                    yield _row(f"{file}, line {reader.line_num}", text, cells)
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise InputError(f"{file}: cannot be read ({problem})", "give a CSV in UTF-8") from None


def _row(place: str, text: str, cells: dict[str, str | None]) -> CorrectionRow:
    return CorrectionRow(
        place,
        original_text((cells["source_file"] or "").strip()),
        _number(place, "record_number", cells["record_number"]),
        (cells.get(DIGEST) or "").strip(),
        text,
        _number(place, ROUND, cells.get(ROUND) or "0"),
    )


def _number(place: str, column: str, text: str | None) -> int:
    plain = (text or "").strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) < 19):
        raise InputError(f"{place}: {column} {plain!r} is no number", "take it from rejects.csv")
    return int(plain)
