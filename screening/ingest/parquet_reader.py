"""Parquet files: one record a row, read in batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from screening.core.config import IngestSettings
from screening.core.errors import InputError
from screening.ingest.cells import cell_text, raw_line
from screening.ingest.reading import Reading
from screening.ingest.record import SourceRecord, record_of_fields
from screening.ingest.roles import require_structure
from screening.ingest.source import SourceFile
from screening.ingest.table_header import unique_names

_BATCH_ROWS = 1_000


def read_parquet(
    source: SourceFile, settings: IngestSettings, reading: Reading
) -> Iterator[SourceRecord]:
    """Yield the rows of a Parquet file.

    Raises
    ------
    InputError : the file is damaged, or has no structure column.
    """
    batches = _batches(source)
    names = unique_names(next(batches))
    roles = require_structure(source.where, names, settings.columns)
    reading.see(names, roles)
    number = 0
    for columns in batches:
        for texts in zip(*columns, strict=True):
            number += 1
            fields = dict(zip(names, texts, strict=True))
            yield record_of_fields(number, f"row {number}", raw_line(texts), fields, roles)


def _batches(source: SourceFile) -> Iterator[list[Any]]:
    """First the names of the columns, then for each batch the texts of each column."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with source.open_seekable() as stream:
        try:
            file = pq.ParquetFile(stream)
            yield list(file.schema_arrow.names)
            for batch in file.iter_batches(batch_size=_BATCH_ROWS):
                yield [[cell_text(value) for value in column.to_pylist()] for column in batch]
        # The last three: texts that are no UTF-8, and times beyond the calendar.
        except (pa.ArrowException, OSError, ValueError, OverflowError, KeyError) as problem:
            reason = " ".join(str(problem).split())[:120] or type(problem).__name__
            raise InputError(
                f"{source.where}: the Parquet file cannot be read ({reason})",
                "write or download it again",
            ) from None
