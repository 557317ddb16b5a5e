"""What is shown of each file, on stderr and in reading.json."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from screening.core.config import IngestSettings
from screening.ingest.library import ingest_library

BLOCK = "\n  x\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n    0.0 0.0 0.0 C\nM  END\n"


def reading_of(output: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((output / "reading.json").read_text(encoding="utf-8"))
    return content


def test_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lib.csv"
    path.write_bytes("nom;smiles;DOI;DOI 2;masse\né;C;;;16,5\né;;;;\n".encode("latin-1"))
    settings = IngestSettings(columns={"name": "Nom"}, licence="CC0")
    ingest_library([path], tmp_path / "out", "lib", settings)
    assert capsys.readouterr().err.splitlines() == [
        "[ingest] lib.csv: text table; cp1252, guessed: state ingest.encoding if names look wrong; "
        'delimiter ";"; decimal ","; stated: licence, columns.name',
        "[ingest]   name ← nom",
        "[ingest]   smiles ← smiles",
        "[ingest]   doi ← DOI, DOI 2",
        "[ingest]   carried as extra: masse",
        "[ingest]   1 records kept, 1 rejected here",
    ]
    (file,) = reading_of(tmp_path / "out")["files"]
    assert file == {
        "file": "lib.csv",
        "kind": "table",
        "packing": "none",
        "stated": ["licence", "columns.name"],
        "encoding": "cp1252",
        "guessed": True,
        "delimiter": ";",
        "decimal": ",",
        "decimal_columns": {},
        "sheet": None,
        "header_line": 1,
        "roles": {"name": ["nom"], "smiles": ["smiles"], "doi": ["DOI", "DOI 2"]},
        "other_columns": ["masse"],
        "n_files": 1,
        "n_records": 1,
        "n_rejects": 1,
        "notes": [],
    }


def test_mol_files_of_an_archive_are_shown_as_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(tmp_path / "lib.zip", "w") as archive:
        for n in range(30):
            archive.writestr(f"m{n:02}.mol", BLOCK)
        archive.writestr("n.mol", "no structure")
        archive.writestr("notes.doc", "x")
    counts = ingest_library([tmp_path / "lib.zip"], tmp_path / "out", "lib", IngestSettings())
    assert (counts.n_records, counts.n_rejects) == (30, 1)
    assert capsys.readouterr().err.splitlines() == [
        "[ingest] lib.zip/*.mol: MOL files (zip); 31 files; utf-8",
        "[ingest]   molblock ← the drawing",
        "[ingest]   30 records kept, 1 rejected here",
        "[ingest] skipped lib.zip/notes.doc: of no known kind",
    ]
    content = reading_of(tmp_path / "out")
    assert content["skipped"] == [{"file": "lib.zip/notes.doc", "reason": "of no known kind"}]
    (file,) = content["files"]
    assert (file["n_files"], file["n_records"], file["packing"]) == (31, 30, "zip")


def test_a_line_break_in_a_name_stays_on_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "lib.csv"
    path.write_text('smiles,"a\n[ingest] b"\nC,x\n')
    ingest_library([path], tmp_path / "out", "lib", IngestSettings())
    assert len(capsys.readouterr().err.splitlines()) == 4
