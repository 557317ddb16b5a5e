from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from screening.core.config import IngestSettings
from screening.core.errors import InputError
from screening.core.partitions import read_table
from screening.core.tables import RECORDS
from screening.ingest.library import IngestCounts, ingest_library

LIBRARY = "id,smiles,InChI\nA,CC(,InChI=1S/CH4/h1H4\nB,,\nC,C,,x\nD,CCO,\n"
HEADER = "source_file,record_number,code,corrected_structure\n"


def ingest(folder: Path, table: str) -> tuple[IngestCounts, dict[int, dict[str, Any]]]:
    (folder / "lib.csv").write_text(LIBRARY)
    (folder / "mended.csv").write_text(table)
    settings = IngestSettings(corrections=str(folder / "mended.csv"))
    counts = ingest_library([folder / "lib.csv"], folder / "out", "lib", settings)
    rows = read_table(folder / "out/records.parquet", RECORDS).to_pylist()
    return counts, {row["record_number"]: row for row in rows}


def test_structures_are_replaced_and_the_record_stays(tmp_path: Path) -> None:
    table = HEADER + "lib.csv,1,bad_smiles,CC\nlib.csv,2,,InChI=1S/H2O/h1H2\nlib.csv,3,,CCC\n"
    counts, rows = ingest(tmp_path, table + "lib.csv,4,,\n")
    assert counts == IngestCounts(4, 4, 0)
    assert [rows[n]["structure"] for n in (1, 2, 3, 4)] == ["CC", "InChI=1S/H2O/h1H2", "CCC", "CCO"]
    assert rows[1]["raw"] == "A,CC(,InChI=1S/CH4/h1H4"
    assert rows[1]["compound_id"] == "A"
    assert rows[1]["alternatives"] == ["inchi:InChI=1S/CH4/h1H4"]
    assert rows[2]["notation"] == "inchi"
    assert json.loads(rows[1]["extra"]) == {"correction": "corrected by mended.csv: was CC("}
    assert json.loads(rows[2]["extra"]) == {
        "correction": "corrected by mended.csv: was no structure"
    }
    assert rows[4]["extra"] is None


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (HEADER + "lib.csv,9,,CC\n", r"no record 9 of 'lib.csv' to be corrected"),
        (HEADER + "lob.csv,1,,CC\nlob.csv,2,,C\n", r"no record 1 of 'lob.csv' and 1 more"),
        (HEADER + "lib.csv,one,,CC\n", r"mended.csv, line 2: record_number 'one' is no number"),
        (HEADER + "lib.csv,1,,CC\nlib.csv,1,,C\n", "corrected in two ways"),
        ("source_file,record_number\n", "no column 'corrected_structure'"),
        ("", "no column 'source_file'"),
    ],
)
def test_tables_that_do_not_fit(tmp_path: Path, table: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        ingest(tmp_path, table)
    assert not (tmp_path / "out").exists()
