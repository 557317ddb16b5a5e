from __future__ import annotations

from pathlib import Path

import pytest

from screening.core.config import IngestSettings
from screening.ingest.record import SourceRecord
from screening.ingest.table_header import find_header, names_structure, unique_names
from tests.unit.ingest.helpers import read_content, structure_of


def read(folder: Path, text: str, settings: IngestSettings | None = None) -> list[SourceRecord]:
    return read_content(folder, "lib.csv", text, settings)[0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found_and_told(tmp_path: Path, delimiter: str) -> None:
    text = "name,smiles,doi\nethanol,CCO,10.1000/1\n".replace(",", delimiter)
    (record,), reading = read_content(tmp_path, "lib.csv", text)
    assert structure_of(record) == "CCO"
    assert record.parted.values == {"name": "ethanol"}
    assert record.parted.lists == {"dois": ("10.1000/1",)}
    assert reading.delimiter == delimiter
    assert reading.roles == {"name": ["name"], "smiles": ["smiles"], "doi": ["doi"]}


def test_delimiter_inside_quotes_does_not_count() -> None:
    header = '"Reference; title; journal; year",smiles'
    assert find_header([(1, header)], {}, None).delimiter == ","


@pytest.mark.parametrize(("delimiter", "stated"), [(":", ":"), ("\t", "tab"), ("\t", "\\t")])
def test_stated_delimiter(tmp_path: Path, delimiter: str, stated: str) -> None:
    text = f"smiles{delimiter}name, full\nC{delimiter}x\n"
    (record,) = read(tmp_path, text, IngestSettings(delimiter=stated))
    assert structure_of(record) == "C"


def test_titles_above_the_header_are_no_records(tmp_path: Path) -> None:
    text = 'Sponge library 2012;;\n"see also\nthe notes";;\n\nname;smiles;x\na;C;1\n'
    (record,), reading = read_content(tmp_path, "lib.csv", text)
    assert (record.number, record.place, structure_of(record)) == (1, "line 6", "C")
    assert (reading.header_line, reading.delimiter) == (5, ";")


def test_rows_keep_number_line_and_text(tmp_path: Path) -> None:
    text = 'smiles,name\n\nC,"two\nlines"\n,\nCC,é\n'
    first, second, third = read(tmp_path, text)
    assert (first.number, first.place, first.raw) == (1, "line 3", 'C,"two\nlines"')
    assert first.parted.values == {"name": "two lines"}
    assert (second.number, second.place, second.raw) == (2, "line 5", ",")
    assert second.problem is not None
    assert second.problem.code == "empty_structure"
    assert (third.number, third.place, third.parted.values["name"]) == (3, "line 6", "é")


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
    assert (structure_of(record), record.parted.values) == ("C", {})


def test_structure_columns_of_all_notations(tmp_path: Path) -> None:
    text = "InChI,smiles\nInChI=1S/CH4/h1H4,C\nInChI=1S/CH4/h1H4,\n,InChI=1S/H2O/h1H2\n"
    records = read(tmp_path, text)
    assert [[s.notation for s in record.parted.structures] for record in records] == [
        ["smiles", "inchi"],
        ["inchi"],
        ["inchi"],
    ]


def test_molblock_in_a_field_keeps_its_empty_title(tmp_path: Path) -> None:
    block = (
        "\n  x\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n    0.0       0.0       0.0 C\nM  END\n"
    )
    (record, cut) = read(tmp_path, f'molblock\n"{block}"\n"{block[:40]}"\n')
    assert record.parted.structures == (("molblock", block),)
    assert cut.problem is not None
    assert cut.problem.code == "bad_molblock"


def test_names_are_made_unique() -> None:
    assert unique_names(["a", " a ", "", "a"]) == ["a", "a (2)", "column 3", "a (3)"]
    assert unique_names(["a (2)", "a", "a"]) == ["a (2)", "a", "a (3)"]


@pytest.mark.parametrize(
    ("line", "is_table"),
    [
        ("smiles,name", True),
        ("name\tIsomeric SMILES", True),
        ("InChI;id", True),
        ("smiles", False),
        ("smiles name", False),
        ("CCO ethanol", False),
        ("CCO\tethanol", False),
        ("", False),
    ],
)
def test_header_of_a_text_file(line: str, is_table: bool) -> None:
    assert names_structure(line, {}) is is_table
