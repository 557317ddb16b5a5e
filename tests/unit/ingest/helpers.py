"""What the tests of the readers share: a file with given content, and its records."""

from __future__ import annotations

from pathlib import Path

from screening.core.config import IngestSettings
from screening.ingest.gather import gather_sources
from screening.ingest.reading import Reading, begin_reading
from screening.ingest.record import SourceRecord
from screening.ingest.source_reader import read_source


def read_file(
    path: Path, settings: IngestSettings | None = None
) -> tuple[list[SourceRecord], Reading]:
    """The records of a file, and how it was read."""
    stated = settings or IngestSettings()
    with gather_sources([path]) as gathered:
        (source,) = gathered.sources
        reading = begin_reading(source, stated)
        return list(read_source(source, stated, reading)), reading


def read_content(
    folder: Path, name: str, content: str | bytes, settings: IngestSettings | None = None
) -> tuple[list[SourceRecord], Reading]:
    """The records of a file of this content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_file(path, settings)


def structure_of(record: SourceRecord) -> str | None:
    """The text of the preferred structure."""
    return record.parted.structures[0].text if record.parted.structures else None
