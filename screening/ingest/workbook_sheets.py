"""The sheets of an Excel workbook: which one is read, its rows, and which others are not read."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from screening.core.config import IngestSettings
from screening.core.errors import InputError
from screening.ingest.cells import cell_text
from screening.ingest.roles import find_roles
from screening.ingest.source import SourceFile
from screening.ingest.table_header import MAX_PREAMBLE, unique_names

# The size of a sheet in Excel ("Excel specifications and limits"): a row beyond is a damaged one.
MAX_ROWS = 1_048_576
# A workbook may hold thousands of sheets; the note of those not read stays short.
_NAMED_SHEETS = 20
Row = tuple[int, list[str]]


def find_sheet(
    source: SourceFile, book: Any, settings: IngestSettings
) -> tuple[Any, int, list[str]]:
    """The sheet to read, with the row number and texts of its header."""
    sheets = _named_sheets(source, book, settings.sheet)
    first: tuple[Any, int, list[str]] | None = None
    for sheet in sheets:
        for number, texts in islice(sheet_rows(source, sheet), MAX_PREAMBLE):
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


def sheet_rows(source: SourceFile, sheet: Any) -> Iterator[Row]:
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
    except Exception as problem:  # openpyxl documents none: any says damage
        raise damaged_workbook(source, problem, str(sheet.title)) from None


def note_other_sheets(
    source: SourceFile, book: Any, read: Any, settings: IngestSettings
) -> list[str]:
    """A sentence that names the other sheets with a structure column and rows; or none.

    A sheet that the user chose needs none: the others are left on purpose.
    """
    if settings.sheet is not None:
        return []
    titles = [
        str(sheet.title)
        for sheet in book.worksheets
        if sheet is not read and _holds_structures(source, sheet, settings)
    ]
    if not titles:
        return []
    more = f" and {len(titles) - _NAMED_SHEETS} more" if len(titles) > _NAMED_SHEETS else ""
    named = ", ".join(repr(title) for title in titles[:_NAMED_SHEETS]) + more
    return [
        f"not read, though with a structure column: sheet {named}; to screen it, save it as a "
        "file of its own, or name it with ingest.sheet (column `sheet` of a library sheet)"
    ]


def _holds_structures(source: SourceFile, sheet: Any, settings: IngestSettings) -> bool:
    """Whether a header with a structure column stands at the top of a sheet, and a row below."""
    is_below = False
    try:
        for _, texts in islice(sheet_rows(source, sheet), MAX_PREAMBLE + 1):
            if is_below:
                return True
            is_below = bool(find_roles(unique_names(texts), settings.columns).structures)
    except InputError:
        return True  # damaged: what it holds is not known, and it must not pass in silence
    return False


def damaged_workbook(source: SourceFile, problem: Exception, sheet: str = "") -> InputError:
    """The error over a workbook, or one of its sheets, that cannot be read."""
    where = f"{source.where}, sheet {sheet!r}" if sheet else source.where
    reason = " ".join(str(problem).split())[:120] or type(problem).__name__
    return InputError(
        f"{where}: the workbook cannot be read ({reason})", "save it again as .xlsx, or as CSV"
    )
