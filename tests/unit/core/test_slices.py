"""Every row is cut once, in order, into slices of one partition; only the slice travels."""

from __future__ import annotations

import pickle
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.core.errors import InputError
from screening.core.partitions import PartitionWriter
from screening.core.slices import Slice, SlicedItems, cut, task_size

SCHEMA = pa.schema([("number", pa.int64()), ("other", pa.string())])
READ: list[Slice] = []


def numbers(part: Slice) -> list[int]:
    READ.append(part)
    table = part.read(["number"])
    assert table.column_names == ["number"]
    found: list[int] = table.column("number").to_pylist()
    return found


def write(path: Path, n_rows: int, rows_per_partition: int) -> Path:
    with PartitionWriter(path, SCHEMA, rows_per_partition) as writer:
        writer.write(pa.table({"number": range(n_rows), "other": ["x"] * n_rows}).cast(SCHEMA))
    return path


@settings(max_examples=40, deadline=None)
@given(
    rows=st.sets(st.integers(0, 39)),
    rows_per_partition=st.integers(1, 50),
    largest=st.integers(1, 30),
    n_workers=st.integers(1, 3),
)
def test_every_row_is_cut_once_in_order(
    tmp_path_factory: pytest.TempPathFactory,
    rows: set[int],
    rows_per_partition: int,
    largest: int,
    n_workers: int,
) -> None:
    table = write(tmp_path_factory.mktemp("cut") / "table", 40, rows_per_partition)
    asked = sorted(rows)
    parts = list(cut(table, iter(asked), len(asked), task_size(n_workers, largest)))
    assert [number for part in parts for number in numbers(part)] == asked
    assert [part.first for part in parts] == [
        sum(len(part.rows) for part in parts[:at]) for at in range(len(parts))
    ]
    assert all(1 <= len(part.rows) <= largest for part in parts)


def test_tasks_are_large_at_first_and_small_in_the_end() -> None:
    size = task_size(n_workers=2, largest=1000)
    left, sizes = 31_470, []
    while left > 0:
        sizes.append(min(size(left), left))
        left -= sizes[-1]
    assert sizes[:27] == [1000] * 27
    assert sizes == sorted(sizes, reverse=True)
    # No worker waits for another much longer than for a hundred structures.
    assert sizes[-2] <= 50


def test_items_are_read_where_they_are_asked_for(tmp_path: Path) -> None:
    table = write(tmp_path / "table", 1000, 300)
    (part,) = cut(table, iter([301, 305, 599]), 3, task_size(1, 100))
    READ.clear()
    items = SlicedItems(part, numbers)
    assert len(items) == 3
    travelled = pickle.loads(pickle.dumps(items))
    assert not READ
    assert list(travelled) == [301, 305, 599]
    assert travelled[1:] == [305, 599]
    assert len(READ) == 1
    assert pickle.dumps(travelled) == pickle.dumps(items)


def test_a_table_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such table"):
        next(cut(tmp_path / "none", iter([1]), 1, task_size(1, 10)))
