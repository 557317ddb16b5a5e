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
from screening.ingest.table_header import names_structure
from screening.ingest.table_reader import read_table
from screening.ingest.text import read_lines
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
        is_table = _is_table(source, found.name, settings)
        reading.kind = "table" if is_table else "smiles"
    if source.kind == "sdf":
        return read_sdf(source, found.name, settings, reading)
    if reading.kind == "table":
        return read_table(source, found.name, settings, reading)
    return read_structure_lines(source, found.name, reading)


def _is_table(source: SourceFile, encoding: str, settings: IngestSettings) -> bool:
    """Whether a `.txt` file begins with a header that names a structure column and another."""
    if settings.columns or settings.delimiter:
        return True
    first = next((line for _, line in read_lines(source, encoding) if line.strip()), "")
    return names_structure(first, settings.columns)
