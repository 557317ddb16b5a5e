"""CSV and TSV libraries: one record a row, columns by their header."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import chain

from screening.chem.problem import Problem
from screening.core.config import IngestSettings
from screening.core.errors import InputError
from screening.ingest.record import SourceRecord
from screening.ingest.roles import Roles, find_roles, require_columns
from screening.ingest.source import SourceFile
from screening.ingest.split_records import TextRecord, split_records
from screening.ingest.text import MAX_LINE_CHARACTERS, read_lines

_DELIMITERS = (",", "\t", ";", "|")


def read_table(
    source: SourceFile, encoding: str, settings: IngestSettings
) -> Iterator[SourceRecord]:
    """Yield the rows of a delimited text with a header.

    A row shorter than the header has empty fields at its end. A row with more fields than the
    header, or with a quote that is never closed, is a damaged record: which of its fields is the
    structure cannot be known. Lines that are wholly empty are no records.

    Raises
    ------
    InputError : the file has no header with a structure column.
    """
    lines = read_lines(source, encoding)
    first = next((line for line in lines if line[1].strip()), None)
    if first is None:
        raise InputError(f"{source.path}: holds no text", "export the library again")
    delimiter = settings.delimiter or find_delimiter(first[1], settings)
    records = split_records(chain([first], lines), delimiter)
    header = next(records)
    names = unique_names(_fields(header.text, delimiter))
    require_columns(f"{source.path}, line {header.line}", names, settings.columns)
    roles = find_roles(names, settings.columns)
    for number, record in enumerate(records, start=1):
        yield _row(number, record, names, roles, delimiter)


def find_delimiter(header: str, settings: IngestSettings) -> str:
    """The delimiter of a header line: the one that shows a structure column, then most columns.

    Parameters
    ----------
    header : first line of the table.
    settings : its stated columns count as known ones.
    """

    def fitness(delimiter: str) -> tuple[bool, int]:
        names = _fields(header, delimiter)
        return "smiles" in find_roles(names, settings.columns).columns, len(names)

    return max(_DELIMITERS, key=fitness)


def names_structure(line: str, settings: IngestSettings) -> bool:
    """Whether a first line is the header of a table: several names, one of them for SMILES."""
    names = _fields(line, find_delimiter(line, settings))
    return len(names) > 1 and "smiles" in find_roles(names, settings.columns).columns


def unique_names(fields: Sequence[str]) -> list[str]:
    """Column names without the spaces around them; empty and repeated ones get a number."""
    names: list[str] = []
    for position, field in enumerate(fields, start=1):
        plain = " ".join(field.split()) or f"column {position}"
        name, copy = plain, 2
        while name in names:
            name, copy = f"{plain} ({copy})", copy + 1
        names.append(name)
    return names


def _fields(text: str, delimiter: str) -> list[str]:
    if csv.field_size_limit() < MAX_LINE_CHARACTERS:
        csv.field_size_limit(MAX_LINE_CHARACTERS)
    # One string: its line ends are all inside quotes, where the csv module keeps them.
    return next(csv.reader([text], delimiter=delimiter), [])


def _row(
    number: int, record: TextRecord, names: Sequence[str], roles: Roles, delimiter: str
) -> SourceRecord:
    if not record.closed:
        problem = Problem("bad_record", f"line {record.line}: a quote is opened and never closed")
        return SourceRecord(number, record.line, record.text, problem=problem)
    fields = _fields(record.text, delimiter)
    if any(field.strip() for field in fields[len(names) :]):
        detail = f"line {record.line}: {len(fields)} fields, the header has {len(names)}"
        problem = Problem("bad_record", detail)
        return SourceRecord(number, record.line, record.text, problem=problem)
    values, extra = roles.split(dict(zip(names, fields, strict=False)))
    return SourceRecord(number, record.line, record.text, values, extra)
