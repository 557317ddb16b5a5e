from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

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
        "structure": None,
        "stage": "ingest",
        "code": "empty_structure",
        "detail": "line 3: no structure is given",
        "fix": "fill in the structure, or remove the row",
    }


def test_raw_text_is_the_line_as_read(tmp_path: Path) -> None:
    _, records, _ = ingest(tmp_path, lib__csv='smiles,name\n"CCO" ,  "=cmd|\'x\'!A0"  \n')
    assert records[0]["raw"] == '"CCO" ,  "=cmd|\'x\'!A0"  '
    assert records[0]["structure"] == "CCO"


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
    assert [(row["structure"], row["name"]) for row in records] == [("CCO", "x"), ("CCN", "amine")]


def test_second_run_replaces_the_first(tmp_path: Path) -> None:
    ingest(tmp_path, lib__csv=TABLE)
    counts, records, rejects = ingest(tmp_path, lib__csv="smiles\nC\n")
    assert (counts.n_read, len(records), len(rejects)) == (1, 1, 0)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "reading.json",
        "records.parquet",
        "rejects.parquet",
    ]


def test_the_same_library_in_every_format(tmp_path: Path) -> None:
    header = ["id", "smiles", "name", "mass"]
    rows = [["A", "CCO", "éthanol", "46.07"], ["B", "", "nothing", ""], ["C", "CC", "x; y", "30"]]
    table = "\n".join(",".join(row) for row in [header, *rows]) + "\n"
    book = openpyxl.Workbook()
    for row in [header, *rows]:
        book.active.append([float(cell) if cell[:1].isdigit() else cell for cell in row])
    book.save(tmp_path / "lib.xlsx")
    columns = {name: [row[n] for row in rows] for n, name in enumerate(header)}
    pq.write_table(pa.table(columns), tmp_path / "lib.parquet")
    (tmp_path / "lib.csv").write_text(table)
    (tmp_path / "lib.tsv").write_text(table.replace(",", "\t"), encoding="utf-16")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/lib.txt").write_text(table.replace(",", "|"))
    with zipfile.ZipFile(tmp_path / "lib.zip", "w") as archive:
        archive.writestr("deep/lib.csv.gz", gzip.compress(table.encode()))
    own = {"raw", "source_file"}
    read: list[list[dict[str, Any]]] = []
    for name in ("lib.csv", "lib.tsv", "lib.xlsx", "lib.parquet", "folder", "lib.zip"):
        ingest_library([tmp_path / name], tmp_path / "out", "lib", PLAIN)
        found = [
            row
            for table_name, schema in (("records", RECORDS), ("rejects", REJECTS))
            for row in read_table(tmp_path / f"out/{table_name}.parquet", schema).to_pylist()
        ]
        read.append(
            [
                {key: value for key, value in row.items() if key not in {*own, "detail"}}
                for row in found
            ]
        )
    assert len(read[0]) == 3
    assert all(rows == read[0] for rows in read)


def test_settings_of_one_file_come_before_those_of_all(tmp_path: Path) -> None:
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for path in paths:
        path.write_bytes("smiles,Nom,Name\nC,é,x\n".encode("latin-1"))
    settings = IngestSettings(encoding="latin-1", phylum="Porifera", columns={"name": "Nom"})
    own = {paths[1]: {"encoding": "cp1250", "phylum": "Mollusca", "columns": {"name": "Name"}}}
    ingest_library(paths, tmp_path / "out", "lib", settings, own)
    rows = read_table(tmp_path / "out/records.parquet", RECORDS).to_pylist()
    assert [(row["name"], row["phylum"], row["synonyms"]) for row in rows] == [
        ("é", "Porifera", ["x"]),
        ("x", "Mollusca", ["é"]),
    ]
    reading = json.loads((tmp_path / "out/reading.json").read_text())
    assert [file["encoding"] for file in reading["files"]] == ["iso8859-1", "cp1250"]


def test_alternatives_and_notation(tmp_path: Path) -> None:
    text = "smiles,canonical_smiles,InChI\nCO,OC,InChI=1S/CH4O/c1-2/h2H,1H3\nC,C,\n"
    _, records, _ = ingest(tmp_path, lib__csv=text.replace("c1-2/h2H,1H3", "c1-2"))
    assert [row["alternatives"] for row in records] == [
        ["smiles:OC", "inchi:InChI=1S/CH4O/c1-2"],
        [],
    ]
    assert [row["notation"] for row in records] == ["smiles", "smiles"]
