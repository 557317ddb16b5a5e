"""Corrections find their records: the files that they are for are read for this once before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from screening.core.config import IngestSettings
from screening.ingest.corrections import Corrections
from screening.ingest.file_settings import FileSettings
from screening.ingest.gather import gather_sources
from screening.ingest.reading import begin_reading
from screening.ingest.source import SourceFile
from screening.ingest.source_reader import read_source


def settle_file(corrections: Corrections, source: SourceFile, settings: IngestSettings) -> None:
    """Find the records of one file; it is read no further than to the last one corrected.

    Raises
    ------
    InputError : the file cannot be read.
    """
    if corrections.concern(source.label):
        # What is found of the file is noted when it is read for its rows.
        reading = begin_reading(source, settings)
        corrections.settle(source.label, read_source(source, settings, reading))


def settle_library(
    corrections: Sequence[Corrections], inputs: Sequence[Path], settings: FileSettings
) -> None:
    """Find the records of all files of a library, before anything is written.

    Raises
    ------
    InputError : a file cannot be read.
    """
    with gather_sources(inputs, settings.of) as gathered:
        for source in gathered.sources:
            for table in corrections:
                if table.concern(source.label):
                    settle_file(table, source, settings.of(source.named or source.path))
