from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from screening.core.config import IngestSettings
from screening.core.partitions import read_table
from screening.core.tables import RECORDS, REJECTS
from screening.ingest.library import IngestCounts, ingest_library

PLAIN = IngestSettings()
TABLE = "id,smiles,name,lab note\nA,CCO,ethanol,ok\nB,,water,\nA,CCN,,\n,CCC,propane,\n"


def ingest(
    folder: Path, settings: IngestSettings = PLAIN, **files: str | bytes
) -> tuple[IngestCounts, list[dict[str, Any]], list[dict[str, Any]]]:
    paths = []
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        paths.append(path)
    counts = ingest_library(paths, folder / "out", "lib", settings)
    tables = (("records", RECORDS), ("rejects", REJECTS))
    records, rejects = (
        read_table(folder / f"out/{name}.parquet", schema).to_pylist() for name, schema in tables
    )
    return counts, records, rejects


def test_records_and_rejects(tmp_path: Path) -> None:
    counts, records, rejects = ingest(tmp_path, lib__csv=TABLE)
    assert counts == IngestCounts(n_read=4, n_records=3, n_rejects=1)
    assert [row["compound_id"] for row in records] == ["A", "A-2", "lib-4"]
    assert [row["record_number"] for row in records] == [1, 3, 4]
    assert json.loads(records[0]["extra"]) == {"lab note": "ok"}
    assert json.loads(records[1]["extra"]) == {"repeated id": "A"}
    assert records[2]["extra"] is None
    (reject,) = rejects
    assert reject == {
        "library": "lib",
        "source_file": "lib.csv",
        "record_number": 2,
        "compound_id": "B",
        "name": "water",
        "raw": "B,,water,",
        "stage": "ingest",
        "code": "empty_structure",
        "detail": "line 3: no structure is given",
        "fix": "fill in the structure, or remove the row",
    }


def test_raw_text_is_the_line_as_read(tmp_path: Path) -> None:
    _, records, _ = ingest(tmp_path, lib__csv='smiles,name\n"CCO" ,  "=cmd|\'x\'!A0"  \n')
    assert records[0]["raw"] == '"CCO" ,  "=cmd|\'x\'!A0"  '
    assert records[0]["smiles"] == "CCO"


def test_several_files_of_several_kinds_make_one_library(tmp_path: Path) -> None:
    counts, records, _ = ingest(
        tmp_path, one__csv="smiles\nC\nCC\n", two__smi=b"CCC\n", three__tsv=b"smiles\tname\nN\tx\n"
    )
    assert counts.n_records == 4
    assert [row["compound_id"] for row in records] == ["lib-1", "lib-2", "lib-two-1", "lib-three-1"]
    assert [row["source_file"] for row in records] == ["one.csv", "one.csv", "two.smi", "three.tsv"]


def test_gzip_and_plain_give_the_same_rows(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    plain = ingest(tmp_path / "a", lib__csv=TABLE)
    packed = ingest(tmp_path / "b", lib__csv=gzip.compress(TABLE.encode()))
    assert plain == packed


def test_licence_of_the_settings_fills_in(tmp_path: Path) -> None:
    text = "smiles,licence\nC,CC0\nCC,\n"
    _, records, _ = ingest(tmp_path, IngestSettings(licence="CC BY 4.0"), lib__csv=text)
    assert [row["licence"] for row in records] == ["CC0", "CC BY 4.0"]


def test_text_file_is_a_table_if_its_first_line_says_so(tmp_path: Path) -> None:
    _, records, _ = ingest(tmp_path, a__txt="name;smiles\nx;CCO\n", b__txt="CCN amine\n")
    assert [(row["smiles"], row["name"]) for row in records] == [("CCO", "x"), ("CCN", "amine")]


def test_second_run_replaces_the_first(tmp_path: Path) -> None:
    ingest(tmp_path, lib__csv=TABLE)
    counts, records, rejects = ingest(tmp_path, lib__csv="smiles\nC\n")
    assert (counts.n_read, len(records), len(rejects)) == (1, 1, 0)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "records.parquet",
        "rejects.parquet",
    ]
