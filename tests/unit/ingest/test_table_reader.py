from __future__ import annotations

from pathlib import Path

import pytest

from screening.core.config import IngestSettings
from screening.ingest.record import SourceRecord
from screening.ingest.source import SourceFile
from screening.ingest.table_reader import find_delimiter, names_structure, read_table, unique_names


def read(folder: Path, text: str, settings: IngestSettings | None = None) -> list[SourceRecord]:
    path = folder / "lib.csv"
    path.write_text(text, encoding="utf-8", newline="")
    source = SourceFile(path, path.name, "table", gzipped=False)
    return list(read_table(source, "utf-8", settings or IngestSettings()))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = "name,smiles,doi\nethanol,CCO,10.1000/1\n".replace(",", delimiter)
    (record,) = read(tmp_path, text)
    assert record.values == {"name": "ethanol", "smiles": "CCO", "doi": "10.1000/1"}


def test_delimiter_inside_quotes_does_not_count() -> None:
    header = '"Reference; title; journal; year",smiles'
    assert find_delimiter(header, IngestSettings()) == ","


def test_stated_delimiter(tmp_path: Path) -> None:
    (record,) = read(tmp_path, "smiles:name\nC:x\n", IngestSettings(delimiter=":"))
    assert record.values == {"smiles": "C", "name": "x"}


def test_rows_keep_number_line_and_text(tmp_path: Path) -> None:
    text = 'smiles,name\n\nC,"two\nlines"\n,\nCC,é\n'
    first, second, third = read(tmp_path, text)
    assert (first.number, first.line, first.raw) == (1, 3, 'C,"two\nlines"')
    assert first.values == {"smiles": "C", "name": "two\nlines"}
    assert (second.number, second.line, second.raw, second.values) == (2, 5, ",", {})
    assert (third.number, third.line, third.values["name"]) == (3, 6, "é")


def test_too_many_fields_are_a_damaged_record(tmp_path: Path) -> None:
    (record,) = read(tmp_path, "smiles,name\nC,a,b\n")
    assert record.problem is not None
    assert record.problem.code == "bad_record"
    assert record.problem.detail == "line 2: 3 fields, the header has 2"


def test_empty_fields_at_the_end_are_forgiven(tmp_path: Path) -> None:
    (record,) = read(tmp_path, "smiles,name\nC,a,,\n")
    assert record.problem is None


def test_short_row_has_empty_fields(tmp_path: Path) -> None:
    (record,) = read(tmp_path, "smiles,name,doi\nC\n")
    assert record.values == {"smiles": "C"}


def test_other_line_separators_stay_inside_a_field(tmp_path: Path) -> None:
    (record,) = read(tmp_path, "smiles,name\nC,a\x0b\x85\u2028b\n")
    assert record.values["name"] == "a\x0b\x85\u2028b"


def test_names_are_made_unique() -> None:
    assert unique_names(["a", " a ", "", "a"]) == ["a", "a (2)", "column 3", "a (3)"]


@pytest.mark.parametrize(
    ("line", "is_table"),
    [
        ("smiles,name", True),
        ("name\tIsomeric SMILES", True),
        ("smiles", False),
        ("smiles name", False),
        ("CCO ethanol", False),
        ("CCO\tethanol", False),
    ],
)
def test_header_of_a_text_file(line: str, is_table: bool) -> None:
    assert names_structure(line, IngestSettings()) is is_table
