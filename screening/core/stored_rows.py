"""What a store holds of a stream of keys, found in one join that spills to disk."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from screening.core.partitions import PARTITION_ROWS, PartitionWriter

_MEMORY = "512MB"
_ASKED = pa.schema([("row", pa.int64()), ("key", pa.string())])
# Segments kept open: results are read in nearly the order in which they were written.
_OPEN_SEGMENTS = 8


class StoredRows:
    """The stored results of keys, by the position of each key (its row, from 0).

    Parameters
    ----------
    keys : streamed; one may come more than once.
    segments : Parquet files with the columns `key` and those of the schema.
    schema : columns of a result, without the key.
    scratch : folder for the files of the join; the caller removes it.
    """

    def __init__(
        self, keys: Iterable[str], segments: Sequence[Path], schema: pa.Schema, scratch: Path
    ) -> None:
        self._schema = schema
        self._found = scratch / "found.parquet"
        self._missing = scratch / "missing.parquet"
        self._open: OrderedDict[str, pa.Table] = OrderedDict()
        with PartitionWriter(scratch / "asked", _ASKED) as asked:
            for first, batch in _batches(keys):
                rows = pa.array(range(first, first + len(batch)), pa.int64())
                asked.write(pa.table([rows, pa.array(batch, pa.string())], schema=_ASKED))
        self.n_keys = asked.n_rows
        self._join(scratch, segments)
        self.n_found: int = pq.read_metadata(self._found).num_rows
        self.n_missing: int = pq.read_metadata(self._missing).num_rows

    def _join(self, scratch: Path, segments: Sequence[Path]) -> None:
        with duckdb.connect(":memory:") as database:
            database.execute(f"SET memory_limit = '{_MEMORY}'")
            database.execute("SET threads = 1")
            database.execute("SET temp_directory = $1", [str(scratch / "spill")])
            database.read_parquet(str(scratch / "asked/*.parquet")).create_view("asked")
            if segments:
                database.read_parquet(
                    [str(file) for file in segments], filename=True, file_row_number=True
                ).create_view("segments")
                database.execute(
                    "CREATE VIEW stored AS SELECT key, min({'segment': filename, 'at': "
                    "file_row_number}) AS place FROM segments SEMI JOIN asked USING (key) "
                    "GROUP BY key"
                )
            else:
                database.execute(
                    "CREATE VIEW stored AS SELECT '' AS key, "
                    "{'segment': '', 'at': 0} AS place WHERE false"
                )
            database.sql(
                "SELECT row, place.segment AS segment, CAST(place.at AS BIGINT) AS at "
                "FROM asked JOIN stored USING (key) ORDER BY row"
            ).write_parquet(str(self._found))
            database.sql(
                "SELECT min(row) AS row FROM asked ANTI JOIN stored USING (key) GROUP BY key "
                "ORDER BY row"
            ).write_parquet(str(self._missing))

    def missing(self) -> Iterator[int]:
        """The rows of keys that are not in the store, ascending; each key once."""
        for batch in pq.ParquetFile(self._missing).iter_batches(PARTITION_ROWS):
            yield from batch.column("row").to_pylist()

    def found(self) -> Iterator[tuple[list[int], pa.Table]]:
        """Yield (rows, their results) in ascending order of row."""
        for batch in pq.ParquetFile(self._found).iter_batches(PARTITION_ROWS):
            yield batch.column("row").to_pylist(), self._results(batch)

    def _results(self, found: pa.RecordBatch) -> pa.Table:
        """The results of some places, in order: runs in one segment are taken together."""
        places = zip(
            found.column("segment").to_pylist(), found.column("at").to_pylist(), strict=True
        )
        parts: list[pa.Table] = []
        run: list[int] = []
        current = ""
        for segment, at in places:
            if segment != current and run:
                parts.append(self._segment(current).take(run))
                run = []
            current = segment
            run.append(at)
        if run:
            parts.append(self._segment(current).take(run))
        return pa.concat_tables(parts) if parts else self._schema.empty_table()

    def _segment(self, name: str) -> pa.Table:
        if name in self._open:
            self._open.move_to_end(name)
        else:
            self._open[name] = pq.read_table(name, columns=self._schema.names).cast(self._schema)
            if len(self._open) > _OPEN_SEGMENTS:
                self._open.popitem(last=False)
        return self._open[name]


def _batches(keys: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    batch: list[str] = []
    first = 0
    for key in keys:
        batch.append(key)
        if len(batch) == PARTITION_ROWS:
            yield first, batch
            first, batch = first + len(batch), []
    if batch:
        yield first, batch
