"""Structures that the user corrected, put in place of those that were read.

The table is a CSV with the columns `source_file`, `record_number` and `corrected_structure`, as the
reject ledger writes it; further columns are ignored, and so are rows without a correction.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from screening.core.errors import InputError
from screening.core.spreadsheet import original_text
from screening.ingest.parting import with_extra
from screening.ingest.record import SourceRecord, structure_problem
from screening.ingest.structure_text import Structure, read_structure
from screening.ingest.text import MAX_LINE_CHARACTERS

COLUMNS = ("source_file", "record_number", "corrected_structure")


class Corrections:
    """The corrections of one table, and which of them have found their record.

    Parameters
    ----------
    file : the table; its rows are held in memory, for they are made by hand.

    Raises
    ------
    InputError : it cannot be read, lacks a column, or corrects one record in two ways.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._structures: dict[tuple[str, int], Structure] = {}
        self._used: set[tuple[str, int]] = set()
        for place, row in self._rows():
            text = original_text(row["corrected_structure"] or "")
            structure = read_structure("smiles", text)
            if structure is None:
                continue
            file_name = original_text((row["source_file"] or "").strip())
            key = (file_name, self._number(place, row["record_number"]))
            if self._structures.setdefault(key, structure) != structure:
                raise InputError(
                    f"{place}: record {key[1]} of {key[0]} is corrected in two ways",
                    "keep one of the rows",
                )

    def texts(self) -> dict[tuple[str, int], str]:
        """The corrected structure of each (source file, record number)."""
        return {key: structure.text for key, structure in self._structures.items()}

    def apply(self, source_file: str, record: SourceRecord) -> SourceRecord:
        """The record with its correction, if it has one; its text as read stays as it is."""
        key = (source_file, record.number)
        structure = self._structures.get(key)
        if structure is None:
            return record
        self._used.add(key)
        old = record.parted.structures
        was = old[0].text.strip() if old else "no structure"
        note = f"corrected by {self.file.name}: was {was}"
        extra = with_extra(record.parted.extra, "correction", note)
        structures = (structure, *(further for further in old[1:] if further != structure))
        parted = replace(record.parted, structures=structures, extra=extra)
        problem = structure_problem(record.place, structures)
        return replace(record, parted=parted, problem=problem)

    def require_used(self) -> None:
        """Check that every correction has found its record.

        Raises
        ------
        InputError : names the first that has not.
        """
        left = [key for key in self._structures if key not in self._used]
        if not left:
            return
        more = f" and {len(left) - 1:,} more" if len(left) > 1 else ""
        raise InputError(
            f"{self.file}: there is no record {left[0][1]} of {left[0][0]!r}{more} to be corrected",
            "take source_file and record_number from the reject ledger of this library",
        )

    def _rows(self) -> Iterator[tuple[str, dict[str, str | None]]]:
        csv.field_size_limit(MAX_LINE_CHARACTERS)
        try:
            with self.file.open(encoding="utf-8-sig", newline="") as stream:
                # Spreadsheets of many countries save with semicolons.
                header = stream.readline()
                stream.seek(0)
                delimiter = max(",;\t", key=header.count)
                reader = csv.DictReader(stream, delimiter=delimiter)
                missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
                if missing:
                    raise InputError(
                        f"{self.file}: no column {missing[0]!r}",
                        f"a table of corrections has the columns {', '.join(COLUMNS)}",
                    )
                for row in reader:
                    yield f"{self.file}, line {reader.line_num}", row
        except (OSError, UnicodeDecodeError, csv.Error) as problem:
            raise InputError(
                f"{self.file}: cannot be read ({problem})", "give a CSV in UTF-8"
            ) from None

    def _number(self, place: str, text: str | None) -> int:
        plain = (text or "").strip()
        if not (plain.isascii() and plain.isdigit() and len(plain) < 19):
            raise InputError(
                f"{place}: record_number {plain!r} is no number", "take it from the reject ledger"
            )
        return int(plain)
