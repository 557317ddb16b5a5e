from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from screening.core.partitions import PartitionWriter
from screening.core.tables import RECORDS
from screening.standardise.match_outcomes import match_outcomes
from screening.standardise.outcomes import OUTCOMES


def records_table(folder: Path, n: int) -> Path:
    path = folder / "records.parquet"
    rows = [
        {"compound_id": f"c{i}", "library": "lib", "source_file": "f", "raw": "", "smiles": "C"}
        | {"record_number": i + 1}
        for i in range(n)
    ]
    with PartitionWriter(path, RECORDS.arrow(), rows_per_partition=4) as writer:
        writer.write_rows(rows)
    return path


def matched(folder: Path, n: int, positions: list[int]) -> list[dict[str, Any]]:
    rows = [{"position": p, "structure_id": f"S{p}"} for p in positions]
    outcomes = pa.Table.from_pylist(rows, schema=OUTCOMES)
    with duckdb.connect(":memory:") as database:
        relation = database.from_arrow(outcomes)
        tables = list(match_outcomes(relation, records_table(folder, n)))
    return [row for table in tables for row in table.to_pylist()]


def test_outcomes_in_any_order_meet_their_records(tmp_path: Path) -> None:
    rows = matched(tmp_path, 10, [3, 1, 9, 0, 7, 5, 2, 8, 6, 4])
    assert [row["compound_id"] for row in rows] == [f"c{i}" for i in range(10)]
    assert [row["structure_id"] for row in rows] == [f"S{i}" for i in range(10)]


@pytest.mark.parametrize(
    "positions", [[0, 1, 2, 3], [0, 1, 2, 3, 3], [0, 1, 2, 3, 4, 5], [1, 2, 3, 4, 5], []]
)
def test_a_lost_or_doubled_outcome_is_a_programming_error(
    tmp_path: Path, positions: list[int]
) -> None:
    with pytest.raises(RuntimeError, match="outcome"):
        matched(tmp_path, 5, positions)
