"""The header of a text table: its line and its delimiter, found from the first lines."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from screening.ingest.roles import find_roles
from screening.ingest.split_records import split_records
from screening.ingest.text import MAX_LINE_CHARACTERS

DELIMITERS = (",", "\t", ";", "|")
# Spreadsheets carry titles and notes above their header; more than these are no such thing.
MAX_PREAMBLE = 20


@dataclass(frozen=True)
class Header:
    """Where the header of a table is.

    Parameters
    ----------
    delimiter : one character.
    line : line where it begins, from 1.
    n_before : records before it that are titles or notes.
    """

    delimiter: str
    line: int
    n_before: int


def find_header(
    lines: Sequence[tuple[int, str]], stated: Mapping[str, str], delimiter: str | None
) -> Header:
    """The first line with a structure column, and the delimiter that shows it.

    Of delimiters that show one in the same line, the one that makes most columns is taken. Where
    no line shows any, the first line is the header, and the error over it is the reader's.

    Parameters
    ----------
    lines : (line number, line) of the beginning of the file, blank lines first left out.
    stated : role → column, as the user states them.
    delimiter : the one that the user states.
    """
    candidates = (delimiter,) if delimiter else DELIMITERS
    found: list[tuple[int, int, int, Header]] = []
    for order, candidate in enumerate(candidates):
        records = islice(split_records(iter(lines), candidate), MAX_PREAMBLE)
        for position, record in enumerate(records):
            names = split_fields(record.text, candidate)
            if find_roles(names, stated).structures:
                header = Header(candidate, record.line, position)
                found.append((position, -len(names), order, header))
                break
    if found:
        return min(found, key=lambda entry: entry[:3])[3]
    number, first = lines[0]
    widest = max(candidates, key=lambda candidate: len(split_fields(first, candidate)))
    return Header(widest, number, 0)


def names_structure(line: str, stated: Mapping[str, str]) -> bool:
    """Whether a first line is the header of a table: several names, one of them of structures."""
    header = find_header([(1, line)], stated, None) if line.strip() else None
    if header is None:
        return False
    names = split_fields(line, header.delimiter)
    return len(names) > 1 and bool(find_roles(names, stated).structures)


def split_fields(text: str, delimiter: str) -> list[str]:
    """The fields of one record, its quotes taken off."""
    if csv.field_size_limit() < MAX_LINE_CHARACTERS:
        csv.field_size_limit(MAX_LINE_CHARACTERS)
    # One string: its line ends are all inside quotes, where the csv module keeps them.
    return next(csv.reader([text], delimiter=delimiter), [])


def unique_names(fields: Sequence[str]) -> list[str]:
    """Column names without the spaces around them; empty and repeated ones get a number."""
    names: list[str] = []
    taken: set[str] = set()
    copies: dict[str, int] = {}
    for position, field in enumerate(fields, start=1):
        plain = " ".join(field.split()) or f"column {position}"
        name = plain
        while name in taken:
            copies[plain] = copies.get(plain, 1) + 1
            name = f"{plain} ({copies[plain]})"
        taken.add(name)
        names.append(name)
    return names
