"""What a store holds of a stream of keys, found in one join that spills to disk."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from screening.core.database import KEYS_MEMORY, open_database, sql_files, sql_table
from screening.core.one_line import one_line
from screening.core.partitions import PARTITION_ROWS, PartitionWriter

Item = TypeVar("Item")

_ASKED = pa.schema([("row", pa.int64()), ("key", pa.string())])
_PART_CHARS = 60
# Segments kept open: results are read in nearly the order in which they were written.
_OPEN_SEGMENTS = 8


class AskedKeys:
    """Keys that are looked up, in any number of stores.

    Parameters
    ----------
    keys : streamed; one may come more than once.
    scratch : folder for the table of them; the caller removes it.
    """

    def __init__(self, keys: Iterable[str], scratch: Path) -> None:
        self.table = scratch / "asked"
        with PartitionWriter(self.table, _ASKED) as asked:
            for first, batch in _batches(keys):
                rows = pa.array(range(first, first + len(batch)), pa.int64())
                asked.write(pa.table([rows, pa.array(batch, pa.string())], schema=_ASKED))
        self.n_keys = asked.n_rows


class StoredRows:
    """The stored results of keys, by the position of each key (its row, from 0).

    Parameters
    ----------
    asked : the keys.
    segments : Parquet files with the columns `key` and those of the schema.
    schema : columns of a result, without the key.
    scratch : folder for the files of the join; the caller removes it.

    Attributes
    ----------
    found_file : Parquet of `row`, `segment` and `at`, by row. missing_file : of `row`, by row.
    """

    def __init__(
        self, asked: AskedKeys, segments: Sequence[Path], schema: pa.Schema, scratch: Path
    ) -> None:
        self._schema = schema
        self._scratch = scratch
        self._asked = asked
        self.found_file = scratch / "found.parquet"
        self.missing_file = scratch / "missing.parquet"
        self._open: OrderedDict[str, pa.Table] = OrderedDict()
        self.n_keys = asked.n_keys
        self.look_up(segments)

    def look_up(self, segments: Sequence[Path]) -> None:
        """Find the same keys again, after results were added."""
        self._join(segments)
        self.n_found: int = pq.read_metadata(self.found_file).num_rows
        self.n_missing: int = pq.read_metadata(self.missing_file).num_rows

    def _join(self, segments: Sequence[Path]) -> None:
        with open_database(self._scratch / "spill", KEYS_MEMORY) as database:
            database.execute(f"CREATE VIEW asked AS FROM {sql_table(self._asked.table)}")
            if segments:
                read = sql_files(segments, ", filename = true, file_row_number = true")
                stored = (
                    "SELECT key, min({'segment': filename, 'at': file_row_number}) AS place "
                    f"FROM {read} SEMI JOIN asked USING (key) GROUP BY key"
                )
            else:
                stored = "SELECT '' AS key, {'segment': '', 'at': 0} AS place WHERE false"
            database.execute(f"CREATE VIEW stored AS {stored}")
            database.sql(
                "SELECT row, place.segment AS segment, CAST(place.at AS BIGINT) AS at "
                "FROM asked JOIN stored USING (key) ORDER BY row"
            ).write_parquet(str(self.found_file))
            database.sql(
                "SELECT min(row) AS row FROM asked ANTI JOIN stored USING (key) GROUP BY key "
                "ORDER BY row"
            ).write_parquet(str(self.missing_file))

    def missing(self) -> Iterator[int]:
        """The rows of keys that are not in the store, ascending; each key once."""
        for batch in pq.ParquetFile(self.missing_file).iter_batches(PARTITION_ROWS):
            yield from batch.column("row").to_pylist()

    def found_rows(self) -> Iterator[int]:
        """The rows of keys that are in the store, ascending."""
        for batch in pq.ParquetFile(self.found_file).iter_batches(PARTITION_ROWS, columns=["row"]):
            yield from batch.column("row").to_pylist()

    def found(self) -> Iterator[tuple[list[int], pa.Table]]:
        """Yield (rows, their results) in ascending order of row."""
        for batch in pq.ParquetFile(self.found_file).iter_batches(PARTITION_ROWS):
            yield batch.column("row").to_pylist(), self.results_at(batch)

    def results_at(self, found: pa.RecordBatch) -> pa.Table:
        """The results at some places (`segment`, `at`), in their order; a segment is read once."""
        places = found.append_column("order", pa.array(range(found.num_rows), pa.int64()))
        grouped = pa.Table.from_batches([places]).sort_by([("segment", "ascending")])
        parts = [self._schema.empty_table()]
        start = 0
        for run in pc.run_end_encode(grouped.column("segment").combine_chunks()).run_ends:
            end = run.as_py()
            segment = grouped.column("segment")[start].as_py()
            parts.append(
                self._segment(segment).take(grouped.column("at").slice(start, end - start))
            )
            start = end
        return pa.concat_tables(parts).take(pc.sort_indices(grouped.column("order")))

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


def items_at(items: Iterable[Item], rows: Iterable[int]) -> Iterator[Item]:
    """The items at some rows of a stream.

    Parameters
    ----------
    items : streamed once.
    rows : ascending, counted from 0.
    """
    stream = enumerate(items)
    for row in rows:
        yield next(item for position, item in stream if position == row)


def tell_known(kind: str, stored: StoredRows, what: str, part: str = "") -> None:
    """Say on stderr how many structures or records need no work, or no work of a part."""
    if stored.n_found:
        to = f" to {one_line(part, _PART_CHARS)}" if part else ""
        print(
            f"[{kind}] {stored.n_found:,} of {stored.n_keys:,} {what} known{to}",
            file=sys.stderr,
            flush=True,
        )
