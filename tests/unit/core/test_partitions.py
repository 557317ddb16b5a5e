from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.core.errors import InputError
from screening.core.partitions import PartitionWriter, count_rows, read_partitions, read_table
from screening.core.tables import DESCRIPTORS, LOST_STRUCTURES, STRUCTURES, Column

ROW = {"stage": "describe", "code": "crashed", "detail": "its worker process died"}


def rows(n: int) -> list[dict[str, str]]:
    return [{"structure_id": f"KEY-{i}", **ROW} for i in range(n)]


def test_rows_come_back_in_order_over_partitions(tmp_path: Path) -> None:
    path = tmp_path / "lost.parquet"
    with PartitionWriter(path, LOST_STRUCTURES.arrow(), rows_per_partition=3) as writer:
        writer.write_rows(rows(5))
        writer.write_rows(rows(2))
    assert [part.num_rows for part in read_partitions(path, LOST_STRUCTURES)] == [3, 3, 1]
    assert read_table(path, LOST_STRUCTURES).to_pylist() == rows(5) + rows(2)
    assert count_rows(path) == 7


def test_an_empty_table_still_has_its_schema(tmp_path: Path) -> None:
    path = tmp_path / "lost.parquet"
    with PartitionWriter(path, LOST_STRUCTURES.arrow()):
        pass
    assert read_table(path, LOST_STRUCTURES).schema.names == LOST_STRUCTURES.arrow().names


def test_a_failed_write_leaves_the_old_table_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "lost.parquet"
    with PartitionWriter(path, LOST_STRUCTURES.arrow()) as writer:
        writer.write_rows(rows(4))
    with pytest.raises(RuntimeError), PartitionWriter(path, LOST_STRUCTURES.arrow()) as writer:
        writer.write_rows(rows(1))
        raise RuntimeError("the power is out")
    assert count_rows(path) == 4
    assert [entry.name for entry in tmp_path.iterdir()] == ["lost.parquet"]


def test_a_null_in_a_key_is_a_programming_error(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match="structure_id"),
        PartitionWriter(tmp_path / "lost.parquet", LOST_STRUCTURES.arrow()) as writer,
    ):
        writer.write_rows([{"structure_id": None, **ROW}])


def test_a_missing_column_is_found_at_the_door(tmp_path: Path) -> None:
    pq.write_table(pa.table({"structure_id": ["KEY"]}), tmp_path / "part-00000.parquet")
    with pytest.raises(InputError, match="flat_key"):
        list(read_partitions(tmp_path, STRUCTURES))


def test_a_truncated_partition_is_found_at_the_door(tmp_path: Path) -> None:
    path = tmp_path / "lost.parquet"
    with PartitionWriter(path, LOST_STRUCTURES.arrow()) as writer:
        writer.write_rows(rows(100))
    part = path / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:-10])
    with pytest.raises(InputError, match="part-00000"):
        list(read_partitions(path, LOST_STRUCTURES))


def test_units_travel_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "descriptors.parquet"
    schema = DESCRIPTORS.arrow([Column("TPSA", pa.float64(), "polar surface", "angstrom2")])
    with PartitionWriter(path, schema) as writer:
        writer.write_rows([{"structure_id": "KEY", "TPSA": 20.2}])
    read = pq.read_schema(path / "part-00000.parquet").field("TPSA")
    assert read.metadata[b"unit"] == b"angstrom2"


def test_closed_tables_take_no_further_columns() -> None:
    with pytest.raises(ValueError, match="structures"):
        STRUCTURES.arrow([Column("more", pa.string(), "")])
