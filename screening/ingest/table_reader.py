"""CSV and TSV libraries: one record a row, columns by their header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice

from screening.core.config import IngestSettings
from screening.core.errors import InputError
from screening.ingest.delimiter import delimiter_of
from screening.ingest.reading import Reading
from screening.ingest.record import SourceRecord, damaged, record_of_fields
from screening.ingest.roles import Roles, require_structure
from screening.ingest.source import SourceFile
from screening.ingest.split_records import TextRecord, split_records
from screening.ingest.table_header import find_header, split_fields, unique_names
from screening.ingest.text import read_lines

# Lines held back to find the header among them.
_HEAD_LINES = 40


def read_table(
    source: SourceFile, encoding: str, settings: IngestSettings, reading: Reading
) -> Iterator[SourceRecord]:
    """Yield the rows of a delimited text with a header.

    A row shorter than the header has empty fields at its end. A row with more fields than the
    header, or with a quote that is never closed, is a damaged record: which of its fields is the
    structure cannot be known. Lines that are wholly empty, and the titles above the header, are no
    records.

    Raises
    ------
    InputError : the file has no header with a structure column.
    """
    lines = read_lines(source, encoding)
    head = list(islice((line for line in lines if line[1].strip()), 1))
    if not head:
        raise InputError(f"{source.where}: holds no text", "export the library again")
    head += islice(lines, _HEAD_LINES)
    header = find_header(head, settings.columns, delimiter_of(settings))
    records = split_records(chain(head, lines), header.delimiter)
    top = next(islice(records, header.n_before, None))
    names = unique_names(split_fields(top.text, header.delimiter))
    roles = require_structure(f"{source.where}, line {top.line}", names, settings.columns)
    reading.delimiter, reading.header_line = header.delimiter, top.line
    reading.see(names, roles)
    for number, record in enumerate(records, start=1):
        yield _row(number, record, names, roles, header.delimiter)


def _row(
    number: int, record: TextRecord, names: Sequence[str], roles: Roles, delimiter: str
) -> SourceRecord:
    place = f"line {record.line}"
    if not record.closed:
        return damaged(number, place, record.text, "a quote is opened and never closed")
    fields = split_fields(record.text, delimiter)
    if any(field.strip() for field in fields[len(names) :]):
        reason = f"{len(fields)} fields, the header has {len(names)}"
        return damaged(number, place, record.text, reason)
    named = dict(zip(names, fields, strict=False))
    return record_of_fields(number, place, record.text, named, roles)
