"""Excel workbooks (.xlsx): one record a row of the sheet that has a structure column.

Values are read, not formulas. Rows stream; what openpyxl holds in memory is the workbook's table of
distinct texts, as its format demands.
"""

from __future__ import annotations

import difflib
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, BinaryIO

from screening.core.config import IngestSettings
from screening.core.errors import InputError
from screening.ingest.cells import cell_text, raw_line
from screening.ingest.reading import Reading
from screening.ingest.record import SourceRecord, record_of_fields
from screening.ingest.roles import find_roles, require_structure
from screening.ingest.source import SourceFile
from screening.ingest.table_header import MAX_PREAMBLE, unique_names
from screening.ingest.zip_archive import HARMLESS_BYTES, MAX_RATIO

# The size of a sheet in Excel ("Excel specifications and limits"): a row beyond is a damaged one.
MAX_ROWS = 1_048_576
Row = tuple[int, list[str]]


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
        sheet, number, header = _find_sheet(source, book, settings)
        names = unique_names(header)
        where = f"{source.where}, sheet {sheet.title!r}, row {number}"
        roles = require_structure(where, names, settings.columns)
        reading.sheet, reading.header_line = str(sheet.title), number
        reading.see(names, roles)
        body = (row for row in _rows(source, sheet) if row[0] > number)
        for count, (row, texts) in enumerate(body, start=1):
            columns = [*names, *(f"column {n + 1}" for n in range(len(names), len(texts)))]
            fields = dict(zip(unique_names(columns), texts, strict=False))
            yield record_of_fields(count, f"row {row}", raw_line(texts), fields, roles)


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
        raise _damaged(source, problem) from None
    try:
        yield book
    finally:
        book.close()


def _refuse_bomb(source: SourceFile, stream: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(stream) as packed:
            unpacked = sum(info.file_size for info in packed.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError) as problem:
        raise _damaged(source, problem) from None
    size = stream.seek(0, 2)
    stream.seek(0)
    if unpacked > max(HARMLESS_BYTES, MAX_RATIO * size):
        raise InputError(
            f"{source.where}: would unpack to {unpacked:,} bytes, over {MAX_RATIO} times its size",
            "save the sheet as CSV (UTF-8)",
        )


def _find_sheet(
    source: SourceFile, book: Any, settings: IngestSettings
) -> tuple[Any, int, list[str]]:
    """The sheet to read, with the row number and texts of its header."""
    sheets = _named_sheets(source, book, settings.sheet)
    first: tuple[Any, int, list[str]] | None = None
    for sheet in sheets:
        for number, texts in islice(_rows(source, sheet), MAX_PREAMBLE):
            if find_roles(unique_names(texts), settings.columns).structures:
                return sheet, number, texts
            first = first or (sheet, number, texts)
    if first is None:
        raise InputError(f"{source.where}: holds no rows", "export the library again")
    return first


def _named_sheets(source: SourceFile, book: Any, wanted: str | None) -> Sequence[Any]:
    sheets = list(book.worksheets)
    if wanted is None:
        return sheets
    titles = [str(sheet.title) for sheet in sheets]
    for sheet, title in zip(sheets, titles, strict=True):
        if title.strip().casefold() == wanted.strip().casefold():
            return [sheet]
    near = difflib.get_close_matches(wanted, titles, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise InputError(
        f"{source.where}: no sheet {wanted!r}", f"{hint}sheets: {', '.join(titles[:20])}"
    )


def _rows(source: SourceFile, sheet: Any) -> Iterator[Row]:
    """(row number, texts) of the rows that are not empty, from the top."""
    try:
        sheet.reset_dimensions()  # the size that a sheet states is often wrong
        rows = sheet.iter_rows(values_only=True)
        for number, cells in enumerate(rows, start=1):
            if number > MAX_ROWS:
                raise ValueError(f"more than {MAX_ROWS:,} rows")
            texts = [cell_text(cell) for cell in cells]
            while texts and not texts[-1].strip():
                texts.pop()
            if texts:
                yield number, texts
    except (InputError, MemoryError):
        raise
    except Exception as problem:  # as in `_open_workbook`
        raise _damaged(source, problem, str(sheet.title)) from None


def _damaged(source: SourceFile, problem: Exception, sheet: str = "") -> InputError:
    where = f"{source.where}, sheet {sheet!r}" if sheet else source.where
    reason = " ".join(str(problem).split())[:120] or type(problem).__name__
    return InputError(
        f"{where}: the workbook cannot be read ({reason})", "save it again as .xlsx, or as CSV"
    )
