from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.chem.problem import Problem
from screening.core.partitions import PartitionWriter
from screening.core.result_store import ResultStore
from screening.core.tables import RECORDS
from screening.standardise.match_outcomes import match_outcomes
from screening.standardise.outcomes import OUTCOMES, Item, record_items


def records_table(folder: Path, structures: list[str]) -> Path:
    path = folder / "records.parquet"
    rows = [
        {"compound_id": f"c{i}", "library": "lib", "source_file": "f", "raw": ""}
        | {"structure": text, "record_number": i + 1, "notation": "smiles"}
        | dict.fromkeys(("alternatives", "synonyms", "organisms", "references", "dois"), ())
        for i, text in enumerate(structures)
    ]
    with PartitionWriter(path, RECORDS.arrow(), rows_per_partition=4) as writer:
        writer.write_rows(rows)
    return path


def matched(
    folder: Path, structures: list[str], known: set[str], lost: set[str]
) -> list[dict[str, Any]]:
    records = records_table(folder, structures)
    store = ResultStore(folder / "store", OUTCOMES)
    rows = [{"structure_id": f"S{text}"} for text in known]
    results = pa.Table.from_pylist(rows, schema=OUTCOMES)
    store.segment_folder.make()
    store.segment_folder.add([Item(text).key for text in known], results)
    problems = {Item(text).key: Problem("crashed", f"lost {text}") for text in lost}
    keys = (item.key for item in record_items(records))
    with store.rows_of(keys, folder) as stored:
        tables = list(match_outcomes(stored, records, problems))
    return [row for table in tables for row in table.to_pylist()]


@settings(max_examples=25, deadline=None)
@given(
    structures=st.lists(st.sampled_from("ABCDEFGH"), max_size=15),
    lost=st.sets(st.sampled_from("ABCDEFGH")),
)
def test_every_record_meets_its_outcome(
    tmp_path_factory: pytest.TempPathFactory, structures: list[str], lost: set[str]
) -> None:
    folder = tmp_path_factory.mktemp("matched")
    rows = matched(folder, structures, set(structures) - lost, lost)
    assert [row["compound_id"] for row in rows] == [f"c{i}" for i in range(len(structures))]
    for row, text in zip(rows, structures, strict=True):
        if text in lost:
            assert (row["code"], row["detail"]) == ("crashed", f"lost {text}")
            assert row["structure_id"] is None
        else:
            assert (row["code"], row["structure_id"]) == (None, f"S{text}")


def test_a_record_without_an_outcome_is_a_programming_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no outcome"):
        matched(tmp_path, ["A", "B", "C"], {"A", "C"}, set())
