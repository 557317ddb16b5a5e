"""CSV files that people write or edit: read strictly, faults told with their line."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from screening.core.errors import InputError
from screening.core.spreadsheet import original_text

_MAX_CELL_CHARACTERS = 1 << 20


def read_edited_rows(
    file: Path, check_header: Callable[[Sequence[str]], None]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The filled rows as written, with the number of their last line.

    Parameters
    ----------
    file : CSV in UTF-8, delimited by commas, semicolons or tabs.
    check_header : is given the column names, before any row.

    Raises
    ------
    InputError : it cannot be read, or a row has more or fewer cells than the header.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _MAX_CELL_CHARACTERS))
    try:
        yield from _rows(file, check_header)
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(
            f"{file}: cannot be read ({problem})",
            "give a CSV in UTF-8 (in Excel: save as `CSV UTF-8`)",
        ) from None


def _rows(
    file: Path, check_header: Callable[[Sequence[str]], None]
) -> Iterator[tuple[int, dict[str, str]]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        # Spreadsheets of many countries save with semicolons.
        header = stream.readline()
        stream.seek(0)
        reader = csv.reader(stream, delimiter=max(",;\t", key=header.count), strict=True)
        names = [name.strip() for name in next(_readable(file, reader), [])]
        check_header(names)
        for cells in _readable(file, reader):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(names):
                raise InputError(
                    f"{file}, line {reader.line_num}: {len(cells)} cells for {len(names)} columns",
                    'write a cell that holds the delimiter in quotes: "like, this"',
                )
            yield reader.line_num, dict(zip(names, map(original_text, cells), strict=True))


def _readable(file: Path, reader: Any) -> Iterator[list[str]]:
    """The reader's rows; a quote that is not closed is told with its line."""
    try:
        yield from reader
    except csv.Error as problem:
        raise InputError(f"{file}, line {reader.line_num}: {problem}", "correct the line") from None
