"""A library's files become the tables `records` and `rejects`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from screening.core.config import IngestSettings
from screening.core.errors import ConfigError, InputError
from screening.core.library_sheet import library_name
from screening.core.parallel import chunked
from screening.core.partitions import PartitionWriter
from screening.core.tables import RECORDS, REJECTS
from screening.ingest.encoding import find_encoding
from screening.ingest.identity import IdRegister
from screening.ingest.record import SourceRecord
from screening.ingest.roles import check_stated_roles
from screening.ingest.rows import RowMaker
from screening.ingest.sdf_reader import read_sdf
from screening.ingest.smiles_reader import read_smiles
from screening.ingest.source import SourceFile, inspect_sources
from screening.ingest.table_reader import names_structure, read_table
from screening.ingest.text import read_lines

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
) -> IngestCounts:
    """Read a library into `output/records.parquet` and `output/rejects.parquet`.

    Every record of every file becomes a row of one of the two. Nothing is left behind if the
    library cannot be read. Peak memory does not grow with the files.

    Parameters
    ----------
    inputs : library files, in the order in which their records are numbered.
    output : folder of the tables.
    library : name of the library.
    settings : encoding, delimiter, columns and licence, where the files do not tell.

    Raises
    ------
    InputError : a file cannot be read (names file, record and remedy), or holds no structure.
    ConfigError : a stated column role or delimiter is not valid.
    """
    check_stated_roles(settings.columns)
    if settings.delimiter is not None and len(settings.delimiter) != 1:
        raise ConfigError("ingest.delimiter: is not one character", 'use one such as "," or "\\t"')
    sources = inspect_sources(inputs)
    encodings = [find_encoding(source, settings.encoding) for source in sources]
    for source, encoding in zip(sources, encodings, strict=True):
        if not encoding.lower().startswith(("utf-8", "utf_8", "ascii")):
            # A wrong guess garbles names without a sign: tell what was taken.
            print(f"[ingest] {source.path.name}: read as {encoding}", file=sys.stderr, flush=True)
    with (
        _folder(output),
        IdRegister(output / ".ids.partial") as ids,
        PartitionWriter(output / "records.parquet", RECORDS.arrow()) as records,
        PartitionWriter(output / "rejects.parquet", REJECTS.arrow()) as rejects,
    ):
        for position, (source, encoding) in enumerate(zip(sources, encodings, strict=True)):
            prefix = library if position == 0 else f"{library}-{library_name(source.path)}"
            maker = RowMaker(library, source.label, prefix, settings, ids)
            for batch in chunked(read_source(source, encoding, settings), _BATCH):
                rows = [maker.row(record) for record in batch]
                records.write_rows([row for row, is_reject in rows if not is_reject])
                rejects.write_rows([row for row, is_reject in rows if is_reject])
        n_records, n_rejects = records.n_rows, rejects.n_rows
        if not n_records:
            raise _nothing_usable(sources, n_rejects)
    return IngestCounts(n_records + n_rejects, n_records, n_rejects)


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


def read_source(
    source: SourceFile, encoding: str, settings: IngestSettings
) -> Iterator[SourceRecord]:
    """The records of one file, by the reader of its kind."""
    if source.kind == "sdf":
        return read_sdf(source, encoding, settings)
    if source.kind == "table" or (source.kind == "text" and _is_table(source, encoding, settings)):
        return read_table(source, encoding, settings)
    return read_smiles(source, encoding)


def _is_table(source: SourceFile, encoding: str, settings: IngestSettings) -> bool:
    """Whether a `.txt` file begins with a header that names a structure column and another."""
    if settings.columns or settings.delimiter:
        return True
    first = next((line for _, line in read_lines(source, encoding) if line.strip()), "")
    return names_structure(first, settings)


def _nothing_usable(sources: Sequence[SourceFile], n_rejects: int) -> InputError:
    names = ", ".join(str(source.path) for source in sources)
    if n_rejects:
        return InputError(
            f"{names}: none of the {n_rejects:,} records has a structure that can be read",
            "check the structure column or the export",
        )
    return InputError(f"{names}: holds no records", "export the library again")
