"""Excel workbooks (.xlsx): one record a row of the sheet that has a structure column.

Values are read, not formulas. A value of merged cells stands for all their rows, and a link is kept
with the text of its cell. Rows stream; what openpyxl holds in memory is the workbook's table of
distinct texts, as its format demands.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, BinaryIO

from screening.chem.problem import Problem
from screening.core.config import IngestSettings
from screening.core.errors import InputError
from screening.ingest.cells import raw_line
from screening.ingest.parting import with_extra
from screening.ingest.reading import Reading
from screening.ingest.record import SourceRecord, record_of_fields
from screening.ingest.roles import Roles, require_structure
from screening.ingest.sheet_marks import MAX_MARKS, SheetMarks, read_marks
from screening.ingest.source import SourceFile
from screening.ingest.table_header import unique_names
from screening.ingest.workbook_sheets import (
    damaged_workbook,
    find_sheet,
    note_other_sheets,
    sheet_rows,
)
from screening.ingest.zip_archive import HARMLESS_BYTES, MAX_RATIO

# A merged cell may run over a million rows: its text is repeated no further than this (characters).
MAX_FILLED = 64 << 20
_NO_VALUE = "formula without a value: save the workbook in a spreadsheet program"


def read_workbook(
    source: SourceFile, settings: IngestSettings, reading: Reading
) -> Iterator[SourceRecord]:
    """Yield the rows below the header of the first sheet that has a structure column.

    Wholly empty rows are no records. A cell to the right of the header is an extra field named by
    its column.

    Raises
    ------
    InputError : the workbook is damaged, or has no such sheet or column.
    """
    with source.open_seekable() as stream, _open_workbook(source, stream) as book:
        sheet, number, header = find_sheet(source, book, settings)
        names = unique_names(header)
        where = f"{source.where}, sheet {sheet.title!r}, row {number}"
        roles = require_structure(where, names, settings.columns)
        reading.sheet, reading.header_line = str(sheet.title), number
        reading.see(names, roles)
        marks = _marks(source, book, sheet)
        rows = _RowReader(names, roles, marks, reading)
        body = (row for row in sheet_rows(source, sheet) if row[0] > number)
        for count, (row, texts) in enumerate(body, start=1):
            yield rows.record(count, row, texts)
        reading.notes += [*rows.notes(), *note_other_sheets(source, book, sheet, settings)]


class _RowReader:
    """Makes the records of one sheet, from the top down."""

    def __init__(
        self, names: Sequence[str], roles: Roles, marks: SheetMarks, reading: Reading
    ) -> None:
        self._names = names
        self._roles = roles
        self._marks = marks
        self._reading = reading
        self._running: dict[int, tuple[int, str]] = {}  # column → last row and text, if merged
        self._tops = sorted(marks.merged, reverse=True)
        self._n_filled = self._n_unfilled = 0
        self._room = MAX_FILLED
        self._linked = {
            name for role in ("doi", "reference") for name in roles.columns.get(role, ())
        }
        self._structures = {name for _, name in roles.structures}

    def record(self, count: int, row: int, texts: Sequence[str]) -> SourceRecord:
        """One record from the texts of its cells."""
        cells = self._filled(row, texts)
        names = self._names
        more = [*names, *(f"column {n + 1}" for n in range(len(names), len(cells)))]
        columns = unique_names(more)
        fields = dict(zip(columns, cells, strict=False))
        if self._marks.links:
            fields = self._with_links(row, columns, fields)
        record = record_of_fields(count, f"row {row}", raw_line(texts), fields, self._roles)
        if record.problem is None or record.parted.structures:
            return record
        places = [n for n, name in enumerate(columns, start=1) if name in self._structures]
        if not any((row, n) in self._marks.unsolved for n in places):
            return record
        return replace(record, problem=Problem("empty_structure", f"row {row}: {_NO_VALUE}"))

    def _filled(self, row: int, texts: Sequence[str]) -> list[str]:
        """The cells of a row, those that a merged one above covers with its text."""
        cells = list(texts)
        while self._tops and self._tops[-1] <= row:
            top = self._tops.pop()
            for column, last in self._marks.merged[top] if top == row else ():
                inside = column <= min(len(cells), len(self._names))
                if inside and cells[column - 1].strip():
                    self._running[column] = (last, cells[column - 1])
        for column, (last, text) in list(self._running.items()):
            if last < row:
                del self._running[column]
                continue
            cells += [""] * (column - len(cells))
            if cells[column - 1].strip():
                continue
            if self._room < len(text):
                self._n_unfilled += 1
                continue
            cells[column - 1] = text
            self._room -= len(text)
            self._n_filled += 1
        return cells

    def _with_links(
        self, row: int, columns: Sequence[str], fields: dict[str, str]
    ) -> dict[str, str]:
        """The fields with the targets of links: with the text of a DOI or reference, else alone."""
        for n, name in enumerate(columns, start=1):
            target = self._marks.links.get((row, n))
            text = fields.get(name, "")
            if target is None or target in text:
                continue
            if name in self._linked:
                fields[name] = f"{text} {target}".strip()
            else:
                fields = with_extra(fields, f"{name} (link)", target)
                self._reading.see([f"{name} (link)"], Roles({}, ()))
        return fields

    def notes(self) -> list[str]:
        """What was done beside reading the values."""
        found: list[str] = []
        if self._n_filled:
            found.append(f"{self._n_filled:,} cells filled down from merged cells above them")
        if self._n_unfilled:
            found.append(f"{self._n_unfilled:,} cells below merged ones are left empty: too many")
        n_unsolved = len(self._marks.unsolved - self._marks.links.keys())
        if n_unsolved:
            found.append(f"{n_unsolved:,} cells with a {_NO_VALUE}")
        if self._marks.n_left_out:
            found.append(
                f"more than {MAX_MARKS:,} merged cells, links and formulas without a value: "
                f"{self._marks.n_left_out:,} of them are left aside"
            )
        return found


def _marks(source: SourceFile, book: Any, sheet: Any) -> SheetMarks:
    try:
        # openpyxl has no public name for either.
        return read_marks(book._archive, sheet._worksheet_path)
    except (InputError, MemoryError):
        raise
    except Exception as problem:  # as in `_open_workbook`
        raise damaged_workbook(source, problem, str(sheet.title)) from None


@contextmanager
def _open_workbook(source: SourceFile, stream: BinaryIO) -> Iterator[Any]:
    import openpyxl

    # Such as "no default style": nothing that concerns the values.
    warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
    _refuse_bomb(source, stream)
    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except MemoryError:
        raise
    # openpyxl documents no exceptions: whatever it raises says that the workbook is damaged.
    except Exception as problem:
        raise damaged_workbook(source, problem) from None
    try:
        yield book
    finally:
        book.close()


def _refuse_bomb(source: SourceFile, stream: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(stream) as packed:
            unpacked = sum(info.file_size for info in packed.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as problem:
        raise damaged_workbook(source, problem) from None
    size = stream.seek(0, 2)
    stream.seek(0)
    if unpacked > max(HARMLESS_BYTES, MAX_RATIO * size):
        raise InputError(
            f"{source.where}: would unpack to {unpacked:,} bytes, over {MAX_RATIO} times its size",
            "save the sheet as CSV (UTF-8)",
        )
