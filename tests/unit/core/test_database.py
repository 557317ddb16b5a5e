from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from screening.core.database import open_database, sql_name, sql_table, stream_query
from screening.core.errors import InputError
from screening.core.partitions import PARTITION_ROWS, PartitionWriter

SCHEMA = pa.schema([("n", pa.int64()), ('odd "name"', pa.string())])


def write(path: Path, n_rows: int) -> None:
    with PartitionWriter(path, SCHEMA, rows_per_partition=3) as writer:
        writer.write_rows([{"n": n, 'odd "name"': "x"} for n in range(n_rows)])


@pytest.mark.parametrize("name", ["plain", "o'brien", "a [1] * ?"])
def test_a_table_is_read_wherever_it_lies(tmp_path: Path, name: str) -> None:
    write(tmp_path / name / "t.parquet", 7)
    with open_database(tmp_path) as connection:
        column, table = sql_name('odd "name"'), sql_table(tmp_path / name / "t.parquet")
        query = f"SELECT {column} FROM {table}"
        assert [batch.num_rows for batch in stream_query(connection, query)] == [7]


def test_rows_come_in_batches(tmp_path: Path) -> None:
    with open_database(tmp_path) as connection:
        query = f"SELECT * FROM range({PARTITION_ROWS + 1})"
        sizes = [table.num_rows for table in stream_query(connection, query)]
    assert sum(sizes) == PARTITION_ROWS + 1
    assert len(sizes) > 1


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such table"):
        sql_table(tmp_path / "t.parquet")
