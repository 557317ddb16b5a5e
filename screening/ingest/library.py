"""A library's files become the tables `records` and `rejects`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screening.core.config import IngestSettings
from screening.core.errors import InputError
from screening.core.library_sheet import library_name
from screening.core.parallel import chunked
from screening.core.partitions import PartitionWriter, write_text
from screening.core.tables import RECORDS, REJECTS
from screening.ingest.corrections import Corrections
from screening.ingest.file_settings import FileSettings, StatedColumns
from screening.ingest.gather import Gathered, gather_sources
from screening.ingest.identity import IdRegister
from screening.ingest.reading import (
    Reading,
    begin_reading,
    reading_json,
    reading_lines,
    skipped_lines,
)
from screening.ingest.rows import RowMaker
from screening.ingest.settling import settle_file
from screening.ingest.source import SourceFile
from screening.ingest.source_reader import read_source

READING_FILE = "reading.json"
_BATCH = 1_000


@dataclass(frozen=True)
class IngestCounts:
    """Records read = records kept + rejects."""

    n_read: int
    n_records: int
    n_rejects: int


def ingest_library(
    inputs: Sequence[Path],
    output: Path,
    library: str,
    settings: IngestSettings,
    own_settings: Mapping[Path, Mapping[str, Any]] | None = None,
) -> IngestCounts:
    """Read a library into `records.parquet`, `rejects.parquet` and `reading.json` in a folder.

    Every record of every file becomes a row of one of the two tables. Nothing is left behind if the
    library cannot be read.

    Peak memory does not grow with the number of records: one batch of rows is held, and of a file
    the record being read (at most 100,000 lines of an SD file, or one line or row; a MOL file
    whole). What grows is small: an entry for each file of a folder or archive, the corrections, and
    what openpyxl holds of a workbook, its table of texts.

    Parameters
    ----------
    inputs : library files, folders and zip archives, in the order of their records.
    output : folder of the tables.
    library : name of the library.
    settings : what the user states of all files.
    own_settings : input → what the user states of it alone.

    Raises
    ------
    InputError : a file cannot be read (names file, record and remedy), or holds no structure.
    ConfigError : a stated setting is not valid.
    """
    stated = FileSettings(settings, own_settings or {})
    stated.check(inputs)
    work = _Work(library, stated)
    with (
        gather_sources(inputs, stated.of) as gathered,
        _folder(output),
        IdRegister(output / ".ids.partial") as ids,
        PartitionWriter(output / "records.parquet", RECORDS.arrow()) as records,
        PartitionWriter(output / "rejects.parquet", REJECTS.arrow()) as rejects,
    ):
        for rows in chunked(work.rows_of(gathered.sources, ids), _BATCH):
            records.write_rows([row for row, is_reject in rows if not is_reject])
            rejects.write_rows([row for row, is_reject in rows if is_reject])
        n_records, n_rejects = records.n_rows, rejects.n_rows
        work.finish(inputs, gathered)
        if not n_records:
            raise _nothing_usable(inputs, n_rejects)
    write_text(output / READING_FILE, reading_json(work.readings, gathered.skipped))
    return IngestCounts(n_records + n_rejects, n_records, n_rejects)


class _Work:
    """What is known while the files of one library are read, one after another."""

    def __init__(self, library: str, settings: FileSettings) -> None:
        self.readings: list[Reading] = []
        self._library = library
        self._settings = settings
        self._columns = StatedColumns(settings)
        self._corrections: dict[str, Corrections] = {}
        self._last: Reading | None = None

    def rows_of(
        self, sources: Sequence[SourceFile], ids: IdRegister
    ) -> Iterator[tuple[dict[str, Any], bool]]:
        """The rows of all files, each with whether it is a reject."""
        for position, source in enumerate(sources):
            named = source.named or source.path
            settings = self._settings.of(named)
            reading = begin_reading(source, settings)
            corrections = self._corrections_of(settings)
            if corrections is not None:
                settle_file(corrections, source, settings)
            maker = RowMaker(
                self._library, source.label, self._prefix(source, position), settings, ids
            )
            for record in read_source(source, settings, reading):
                row, is_reject = maker.row(
                    corrections.apply(source.label, record) if corrections else record
                )
                reading.count(is_reject)
                yield row, is_reject
            self._columns.see(named, reading)
            self._note(reading)

    def _prefix(self, source: SourceFile, position: int) -> str:
        """What the ids of records without one begin with; the first file has the plain one."""
        alone = position == 0 and source.named == source.path and source.member is None
        return self._library if alone else f"{self._library}-{library_name(Path(source.label))}"

    def _corrections_of(self, settings: IngestSettings) -> Corrections | None:
        if settings.corrections is None:
            return None
        if settings.corrections not in self._corrections:
            self._corrections[settings.corrections] = Corrections(Path(settings.corrections))
        return self._corrections[settings.corrections]

    def _note(self, reading: Reading) -> None:
        """Keep a reading; the MOL files of one folder that are read alike are one."""
        last = self._last
        if last is not None and last.absorbs(reading):
            return
        self._show()
        self._last = reading
        self.readings.append(reading)

    def _show(self) -> None:
        for line in reading_lines(self._last) if self._last is not None else ():
            print(f"[ingest] {line}", file=sys.stderr, flush=True)
        self._last = None

    def finish(self, inputs: Sequence[Path], gathered: Gathered) -> None:
        """Show what is left, and check that all that was stated was of use.

        Raises
        ------
        InputError : a stated column, or a correction that is given now, fits nothing.
        """
        self._show()
        for line in skipped_lines(gathered.skipped):
            print(f"[ingest] {line}", file=sys.stderr, flush=True)
        self._columns.require_found(inputs)
        for corrections in self._corrections.values():
            for line in corrections.require_found():
                print(f"[ingest] {line}", file=sys.stderr, flush=True)


@contextmanager
def _folder(output: Path) -> Iterator[None]:
    """Make the folder of the tables; if the work fails, a folder made here goes again."""
    if output.exists() and not output.is_dir():
        raise InputError(f"{output}: is a file", "name a folder for the tables")
    existed = output.exists()
    output.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        if not existed:
            output.rmdir()
        raise


def _nothing_usable(inputs: Sequence[Path], n_rejects: int) -> InputError:
    names = ", ".join(str(path) for path in inputs)
    if n_rejects:
        return InputError(
            f"{names}: none of the {n_rejects:,} records has a structure that can be read",
            "check the structure column or the export",
        )
    return InputError(f"{names}: holds no records", "export the library again")
