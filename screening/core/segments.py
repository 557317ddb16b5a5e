"""Adding results to a store: immutable Parquet files, each named by the SHA-256 of its bytes."""

from __future__ import annotations

import hashlib
import socket
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from screening.core.disk import writing
from screening.core.errors import OutputError
from screening.core.partitions import remove
from screening.core.provenance import file_digest

KEY = "key"
_SEEN_WITHIN_S = 90.0
_LOOK_EVERY_S = 0.5


def result_key(*texts: str) -> str:
    """The key of what some texts determine: 32 hexadecimal digits (BLAKE2b, 128 bits)."""
    digest = hashlib.blake2b(digest_size=16)
    for text in texts:
        part = text.encode()
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()


@dataclass(frozen=True)
class SegmentFolder:
    """Where results of one kind and version are added, from any process that sees the folder.

    Parameters
    ----------
    folder : where the segments lie.
    schema : columns of a result, without the key.
    """

    folder: Path
    schema: pa.Schema

    def make(self) -> None:
        """Make the folder; for the driver, since a worker that does not see it shares no disk.

        Raises
        ------
        OutputError : the place is not writable.
        """
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)

    def add(self, keys: Sequence[str], results: pa.Table) -> str | None:
        """Write results as one segment, beside its place, and rename it to its digest.

        Parameters
        ----------
        keys : (n,) their keys; of none nothing is written.
        results : n rows with the columns of the schema, in any order.

        Returns
        -------
        The segment's file name; None if there are no results.

        Raises
        ------
        OutputError : the disk is full or not writable, or this process does not see the folder;
            the store is then as it was.
        """
        if not keys:
            return None
        schema = pa.schema([pa.field(KEY, pa.string(), nullable=False), *self.schema])
        columns = [pa.array(keys, pa.string()), *results.select(self.schema.names).columns]
        table = pa.table(columns, names=schema.names).cast(schema)
        if not self.folder.is_dir():
            raise not_shared(self.folder)
        partial = self.folder / f".{uuid.uuid4().hex}.partial"
        with writing(self.folder):
            try:
                pq.write_table(table, partial, compression="zstd")
                name = f"{file_digest(partial)}.parquet"
                partial.replace(self.folder / name)
            finally:
                remove(partial)
        return name

    def wait_for(self, name: str) -> None:
        """Wait until this process sees a segment that another has added.

        A network file system may show a new file of another machine after up to a minute.

        Raises
        ------
        OutputError : it does not appear.
        """
        deadline = time.monotonic() + _SEEN_WITHIN_S
        while not (self.folder / name).exists():
            if time.monotonic() > deadline:
                raise not_shared(self.folder / name)
            # Reading the folder makes a network file system look again.
            list(self.folder.iterdir())
            time.sleep(_LOOK_EVERY_S)


def not_shared(path: Path) -> OutputError:
    """The error of a process that does not see what another has written."""
    return OutputError(
        f"{path}: is not there on {socket.gethostname()}",
        "workers on other machines need the results on a file system that all share, under one "
        "path: see docs/clusters.md",
    )
