"""What several stores hold of the same keys: whole rows, and which store lacks which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from screening.core.database import KEYS_MEMORY, open_database, sql_files
from screening.core.partitions import PARTITION_ROWS
from screening.core.stored_rows import StoredRows


class Lacking(NamedTuple):
    """Rows that the same stores lack.

    Parameters
    ----------
    parts : numbers of these stores, ascending, from 0.
    n_rows : how many rows.
    file : Parquet of `row`, ascending; a key that comes more than once has its first row alone.
    """

    parts: tuple[int, ...]
    n_rows: int
    file: Path

    def rows(self) -> Iterator[int]:
        """The rows, streamed."""
        return _rows(self.file)


class JoinedRows:
    """The results of keys that are kept in several stores, by the position of each key.

    Parameters
    ----------
    parts : what each store holds of the same keys.
    scratch : folder for the files of the joins; the caller removes it.
    """

    def __init__(self, parts: Sequence[StoredRows], scratch: Path) -> None:
        self._parts = parts
        self._scratch = scratch
        self._whole = scratch / "whole.parquet"
        self._lacking = scratch / "lacking.parquet"
        self.n_keys = parts[0].n_keys
        self.look_up()

    def look_up(self) -> None:
        """Join anew, after the parts were looked up again."""
        lists = [
            f"SELECT row, {1 << number} AS part FROM {sql_files([part.missing_file])}"
            for number, part in enumerate(self._parts)
        ]
        columns = ", ".join(
            f"p{number}.segment AS segment{number}, p{number}.at AS at{number}"
            for number in range(len(self._parts))
        )
        joins = " ".join(
            f"{'JOIN' if number else 'FROM'} {sql_files([part.found_file])} p{number}"
            + (" USING (row)" if number else "")
            for number, part in enumerate(self._parts)
        )
        with open_database(self._scratch / "spill", KEYS_MEMORY) as database:
            database.sql(f"SELECT row, {columns} {joins} ORDER BY row").write_parquet(
                str(self._whole)
            )
            database.sql(
                "SELECT row, CAST(sum(part) AS BIGINT) AS parts "
                f"FROM ({' UNION ALL '.join(lists)}) GROUP BY row ORDER BY row"
            ).write_parquet(str(self._lacking))
        self.n_whole: int = pq.read_metadata(self._whole).num_rows

    def missing_rows(self) -> Iterator[int]:
        """The rows that some store lacks, ascending; each key once."""
        return _rows(self._lacking)

    def lacking(self) -> list[Lacking]:
        """The rows that some store lacks, grouped by the stores that do."""
        groups = []
        table = sql_files([self._lacking])
        with open_database(self._scratch / "spill", KEYS_MEMORY) as database:
            counts = database.sql(
                f"SELECT parts, count(*) FROM {table} GROUP BY parts ORDER BY parts"
            ).fetchall()
            for bits, n_rows in counts:
                file = self._scratch / f"lacking-{bits}.parquet"
                database.sql(
                    f"SELECT row FROM {table} WHERE parts = {bits} ORDER BY row"
                ).write_parquet(str(file))
                numbers = range(len(self._parts))
                parts = tuple(number for number in numbers if bits >> number & 1)
                groups.append(Lacking(parts, n_rows, file))
        return groups

    def whole_rows(self) -> Iterator[int]:
        """The rows whose results all stores hold, ascending."""
        return _rows(self._whole)

    def whole(self) -> Iterator[tuple[list[int], pa.Table]]:
        """Yield (rows, their results of all stores side by side) in ascending order of row."""
        for batch in pq.ParquetFile(self._whole).iter_batches(PARTITION_ROWS):
            fields: list[pa.Field] = []
            columns: list[pa.ChunkedArray] = []
            for number, part in enumerate(self._parts):
                names = [f"segment{number}", f"at{number}"]
                place = batch.select(names).rename_columns(["segment", "at"])
                results = part.results_at(place)
                fields += results.schema
                columns += results.columns
            yield batch.column("row").to_pylist(), pa.table(columns, schema=pa.schema(fields))


def _rows(file: Path) -> Iterator[int]:
    for batch in pq.ParquetFile(file).iter_batches(PARTITION_ROWS, columns=["row"]):
        yield from batch.column("row").to_pylist()
