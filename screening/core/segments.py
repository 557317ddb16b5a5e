"""Adding results to a store: immutable Parquet files, each named by the SHA-256 of its bytes."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from screening.core.disk import writing
from screening.core.partitions import remove
from screening.core.provenance import file_digest

KEY = "key"


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
    folder : where the segments lie; made when it is first added to.
    schema : columns of a result, without the key.
    """

    folder: Path
    schema: pa.Schema

    def add(self, keys: Sequence[str], results: pa.Table) -> None:
        """Write results as one segment, beside its place, and rename it to its digest.

        Parameters
        ----------
        keys : (n,) their keys; of none nothing is written.
        results : n rows with the columns of the schema, in any order.

        Raises
        ------
        OutputError : the disk is full or not writable; the store is then as it was.
        """
        if not keys:
            return
        schema = pa.schema([pa.field(KEY, pa.string(), nullable=False), *self.schema])
        columns = [pa.array(keys, pa.string()), *results.select(self.schema.names).columns]
        table = pa.table(columns, names=schema.names).cast(schema)
        partial = self.folder / f".{uuid.uuid4().hex}.partial"
        with writing(self.folder):
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                pq.write_table(table, partial, compression="zstd")
                partial.replace(self.folder / f"{file_digest(partial)}.parquet")
            finally:
                remove(partial)
