"""Single MOL files: each is one record, so that a damaged one among thousands costs only itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from screening.core.config import IngestSettings
from screening.core.errors import InputError
from screening.ingest.encoding import find_encoding
from screening.ingest.reading import Reading
from screening.ingest.record import SourceRecord, damaged
from screening.ingest.sdf_reader import read_sdf
from screening.ingest.source import SourceFile

_RAW_BYTES = 1 << 16


def read_molfile(
    source: SourceFile, settings: IngestSettings, reading: Reading
) -> Iterator[SourceRecord]:
    """Yield the record of a MOL file; its file name is the name where it has no title.

    A file that cannot be read as text, or holds none, is a damaged record.
    """
    n_read = 0
    try:
        found = find_encoding(source, settings.encoding)
        reading.encoding, reading.guessed = found.name, found.guessed
        for record in read_sdf(source, found.name, settings, reading):
            n_read += 1
            yield _named(record, source.stem)
    except InputError as problem:
        n_read += 1
        yield damaged(n_read, "line 1", _raw(source), problem.problem)
    if not n_read:
        yield damaged(1, "line 1", _raw(source), "the file holds no text")


def _named(record: SourceRecord, stem: str) -> SourceRecord:
    parted = record.parted
    if "name" in parted.values or not stem:
        return record
    return replace(record, parted=replace(parted, values={**parted.values, "name": stem}))


def _raw(source: SourceFile) -> str:
    """The beginning of the file, what cannot be read of it replaced."""
    try:
        with source.open() as stream:
            return stream.read(_RAW_BYTES).decode("utf-8", "replace").replace("\0", "\ufffd")
    except InputError:
        return ""
