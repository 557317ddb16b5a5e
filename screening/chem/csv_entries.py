"""Reading the structure column of a CSV file of any size, record by record."""

from __future__ import annotations

import csv
import difflib
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from screening.chem.entry import Entry
from screening.chem.problem import Problem
from screening.core.errors import InputError

# A field may hold a mol block or an abstract; Python's own limit is 128 KiB.
FIELD_LIMIT = 2**24
_TAB_SUFFIXES = (".tsv", ".tab")


def count_entries(path: Path, smiles_column: str) -> int:
    """Read the whole file once, so that a fault far down is told before any work is done.

    Raises
    ------
    InputError : the file cannot be read, or has no such column.
    """
    return sum(1 for _ in read_entries(path, smiles_column))


def read_entries(path: Path, smiles_column: str) -> Iterator[Entry]:
    """Yield the structures of a CSV file (comma; tab for `.tsv`), also gzipped, in order.

    Wholly blank lines are no records, as for pandas and the `csv` module.

    Raises
    ------
    InputError : the file cannot be read, or has no such column.
    """
    csv.field_size_limit(FIELD_LIMIT)
    with _open_text(path) as stream:
        records = _records(path, stream)
        header = next(records, None)
        if header is None:
            raise InputError(f"{path}: the file is empty", "give a CSV file with a header line")
        column = _find_column(path, header, smiles_column)
        for row, fields in enumerate(records):
            yield _entry(row, fields, column, len(header))


def _records(path: Path, stream: TextIO) -> Iterator[list[str]]:
    """The records of a CSV stream that are not blank."""
    # Strict: an unclosed quote would otherwise swallow the rest of the file into one field.
    reader = csv.reader(stream, delimiter=_delimiter(path), strict=True)
    try:
        yield from (fields for fields in reader if fields)
    except csv.Error as problem:
        raise InputError(
            f"{path}: line {reader.line_num}: not CSV ({problem})",
            "quote each field that holds quotes, commas or line ends",
        ) from None
    except UnicodeDecodeError as problem:
        raise InputError(
            f"{path}: byte 0x{problem.object[problem.start]:02x} after line {reader.line_num} "
            "is not UTF-8",
            "save the table as CSV in UTF-8",
        ) from None


@contextmanager
def _open_text(path: Path) -> Iterator[TextIO]:
    """The file as UTF-8 text with or without byte order mark; faults as InputError."""
    if path.is_dir():
        raise InputError(f"{path}: is a folder", "give a CSV file")
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as stream:
            yield stream
    except (EOFError, zlib.error, gzip.BadGzipFile) as problem:
        raise InputError(f"{path}: damaged gzip file ({problem})", "copy it again") from None
    except OSError as problem:
        raise InputError(
            f"{path}: cannot be read ({problem.strerror})", "give an existing file"
        ) from None


def _delimiter(path: Path) -> str:
    name = path.with_suffix("") if path.suffix == ".gz" else path
    return "\t" if name.suffix.lower() in _TAB_SUFFIXES else ","


def _find_column(path: Path, header: list[str], name: str) -> int:
    if header.count(name) == 1:
        return header.index(name)
    found = ", ".join(repr(column) for column in header[:20])
    further = f" and {len(header) - 20} more" if len(header) > 20 else ""
    if name in header:
        raise InputError(f"{path}: several columns are called {name!r}", "rename all but one")
    by_folded = {column.strip().casefold(): column for column in reversed(header)}
    nearest = difflib.get_close_matches(name.strip().casefold(), by_folded, n=1)
    hint = f"did you mean {by_folded[nearest[0]]!r}?" if nearest else "name one of them"
    raise InputError(f"{path}: no column {name!r}; it has {found}{further}", hint)


def _entry(row: int, fields: list[str], column: int, width: int) -> Entry:
    smiles = fields[column] if column < len(fields) else ""
    if any(fields[width:]):
        detail = f"{len(fields)} fields where the header has {width}"
        return Entry(row, smiles, problem=Problem("bad_record", detail))
    return Entry(row, smiles)
