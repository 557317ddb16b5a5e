"""The records of one file, by the reader of its kind."""

from __future__ import annotations

from collections.abc import Iterator

from screening.core.config import IngestSettings
from screening.ingest.decimals import with_points
from screening.ingest.encoding import find_encoding
from screening.ingest.molfile_reader import read_molfile
from screening.ingest.parquet_reader import read_parquet
from screening.ingest.reading import Reading
from screening.ingest.record import SourceRecord
from screening.ingest.sdf_reader import read_sdf
from screening.ingest.smiles_reader import read_structure_lines
from screening.ingest.source import SourceFile
from screening.ingest.table_reader import read_table
from screening.ingest.text_kind import TextKind, head_lines, text_kind
from screening.ingest.workbook_reader import read_workbook


def read_source(
    source: SourceFile, settings: IngestSettings, reading: Reading
) -> Iterator[SourceRecord]:
    """Yield the records of a file; decimal commas of extra fields become points.

    Parameters
    ----------
    source : the file.
    settings : what the user states of it.
    reading : is filled with what is found, while the records are taken.

    Raises
    ------
    InputError : the file cannot be read.
    """
    if source.kind == "workbook":
        records = read_workbook(source, settings, reading)
    elif source.kind == "parquet":
        records = read_parquet(source, settings, reading)
    elif source.kind == "molfile":
        records = read_molfile(source, settings, reading)
    else:
        records = _read_text(source, settings, reading)
    return with_points(records, settings.decimal, reading)


def _read_text(
    source: SourceFile, settings: IngestSettings, reading: Reading
) -> Iterator[SourceRecord]:
    found = find_encoding(source, settings.encoding)
    reading.encoding, reading.guessed = found.name, found.guessed
    if source.kind == "text":
        reading.kind = _kind_of_named(source, found.name, settings)
    if source.kind == "sdf":
        return read_sdf(source, found.name, settings, reading)
    if reading.kind == "table":
        return read_table(source, found.name, settings, reading)
    return read_structure_lines(source, found.name, reading)


def _kind_of_named(source: SourceFile, encoding: str, settings: IngestSettings) -> TextKind:
    """Table or list of structures; a text that is neither is what the settings take it for.

    Such a text comes here only if the user named it; the error over it is the reader's.
    """
    with source.open() as stream:
        found = text_kind(head_lines(stream, encoding), settings)
    if found is None:
        return "table" if settings.columns or settings.delimiter else "smiles"
    return found
