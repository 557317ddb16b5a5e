from __future__ import annotations

import gzip
from datetime import date
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.core.errors import InputError
from tests.unit.ingest.helpers import read_content, structure_of


def parquet(table: pa.Table) -> bytes:
    stream = BytesIO()
    pq.write_table(table, stream)
    return stream.getvalue()


TABLE = pa.table(
    {
        "smiles": ["CCO", None, "CC"],
        "synonyms": [["a, b", "c"], [], None],
        "mass": [46.0, float("nan"), 1.5],
        "found": [date(2012, 3, 4), None, None],
        "more": [{"x": 1}, None, None],
        "known": [True, False, None],
    }
)


@pytest.mark.parametrize("packed", [False, True])
def test_rows(tmp_path: Path, packed: bool) -> None:
    content = gzip.compress(parquet(TABLE)) if packed else parquet(TABLE)
    name = "lib.parquet.gz" if packed else "lib.parquet"
    records, reading = read_content(tmp_path, name, content)
    assert [structure_of(record) for record in records] == ["CCO", None, "CC"]
    assert records[0].parted.lists == {"synonyms": ("a, b", "c")}
    assert records[0].parted.extra == {
        "mass": "46",
        "found": "2012-03-04",
        "more": '{"x": 1}',
        "known": "TRUE",
    }
    assert records[1].place == "row 2"
    assert records[1].parted.extra == {"known": "FALSE"}
    assert reading.other_columns == ["mass", "found", "more", "known"]


def test_more_rows_than_a_batch(tmp_path: Path) -> None:
    table = pa.table({"smiles": ["C"] * 2_500})
    records, _ = read_content(tmp_path, "lib.parquet", parquet(table))
    assert [record.number for record in records] == list(range(1, 2_501))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (parquet(pa.table({"name": ["x"]})), "no column with structures"),
        (parquet(TABLE)[:-20], "the Parquet file cannot be read"),
        (b"PAR1", "the Parquet file cannot be read"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: bytes, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        read_content(tmp_path, "lib.parquet", content)
