from __future__ import annotations

from pathlib import Path

import pytest

from screening.ingest.record import SourceRecord
from screening.ingest.smiles_reader import read_smiles
from screening.ingest.source import SourceFile


def read(folder: Path, text: str) -> list[SourceRecord]:
    path = folder / "lib.smi"
    path.write_text(text, encoding="utf-8", newline="")
    return list(read_smiles(SourceFile(path, path.name, "smiles", gzipped=False), "utf-8"))


@pytest.mark.parametrize(
    ("line", "values", "extra"),
    [
        ("CCO", {"smiles": "CCO"}, {}),
        ("CCO ethyl alcohol", {"smiles": "CCO", "name": "ethyl alcohol"}, {}),
        ("CCO\tethyl alcohol", {"smiles": "CCO", "name": "ethyl alcohol"}, {}),
        ("CCO\tethanol\tsponge", {"smiles": "CCO", "name": "ethanol"}, {"field 3": "sponge"}),
        ("CC(O)F |&1:1| rac", {"smiles": "CC(O)F |&1:1|", "name": "rac"}, {}),
        ("CC(O)F |&1:1|", {"smiles": "CC(O)F |&1:1|"}, {}),
        ("\tnameless", {"name": "nameless"}, {}),
        ("  CCO  ", {"smiles": "CCO"}, {}),
    ],
)
def test_line(tmp_path: Path, line: str, values: dict[str, str], extra: dict[str, str]) -> None:
    (record,) = read(tmp_path, line + "\n")
    assert (record.values, record.extra, record.raw) == (values, extra, line)


def test_header_and_empty_lines_are_no_records(tmp_path: Path) -> None:
    records = read(tmp_path, "SMILES\tName\nC\ta\n\nCC\tb")
    assert [(r.number, r.line, r.values["name"]) for r in records] == [(1, 2, "a"), (2, 4, "b")]


def test_comment_lines_are_records_and_not_lost(tmp_path: Path) -> None:
    records = read(tmp_path, "# made in May\nC\n")
    assert [record.values["smiles"] for record in records] == ["#", "C"]
