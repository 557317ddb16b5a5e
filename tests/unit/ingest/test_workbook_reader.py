from __future__ import annotations

import gzip
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from screening.core.config import IngestSettings
from screening.core.errors import InputError
from tests.unit.ingest.helpers import read_content, read_file, structure_of


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


LIBRARY = [
    ["Sponge library", None, None, None],
    [],
    ["name", "SMILES", "mass", "found", "strain"],
    ["ethanol", "CCO", 46.07, date(2012, 3, 4), 12],
    [None, None, None, None],
    ["1,2-ethanediol", "OCCO", 1e-7, datetime(2012, 3, 4, 5, 6), 3.0],
    ["nothing", None, True, None, None, "see notes"],
]


def test_first_sheet_with_a_structure_column(tmp_path: Path) -> None:
    content = workbook(Notes=[["read me"], ["x"]], Data=LIBRARY)
    records, reading = read_content(tmp_path, "lib.xlsx", content)
    assert (reading.sheet, reading.header_line) == ("Data", 3)
    assert [record.place for record in records] == ["row 4", "row 6", "row 7"]
    assert [structure_of(record) for record in records] == ["CCO", "OCCO", None]
    assert [record.parted.values["name"] for record in records] == [
        "ethanol",
        "1,2-ethanediol",
        "nothing",
    ]
    assert [record.parted.extra for record in records] == [
        {"mass": "46.07", "found": "2012-03-04", "strain": "12"},
        {"mass": "0.0000001", "found": "2012-03-04T05:06:00", "strain": "3"},
        {"mass": "TRUE", "column 6": "see notes"},
    ]
    assert records[1].raw == '"1,2-ethanediol",OCCO,0.0000001,2012-03-04T05:06:00,3'


def test_values_and_not_formulas(tmp_path: Path) -> None:
    content = workbook(Data=[["smiles", "name"], ["C", "=1+1"], ["CC", "a"]])
    records, _ = read_content(tmp_path, "lib.xlsx", content)
    assert [record.parted.values.get("name") for record in records] == [None, "a"]


def test_stated_sheet(tmp_path: Path) -> None:
    content = workbook(One=[["smiles"], ["C"]], Two=[["smiles"], ["CC"]])
    (record,), reading = read_content(tmp_path, "lib.xlsx", content, IngestSettings(sheet="two"))
    assert (structure_of(record), reading.sheet) == ("CC", "Two")
    with pytest.raises(InputError, match="no sheet 'Tow'; did you mean 'Two'"):
        read_content(tmp_path, "lib.xlsx", content, IngestSettings(sheet="Tow"))


@pytest.mark.parametrize("packing", ["gzip", "zip"])
def test_packed_workbook(tmp_path: Path, packing: str) -> None:
    content = workbook(Data=LIBRARY)
    path = tmp_path / ("lib.xlsx.gz" if packing == "gzip" else "lib.zip")
    if packing == "gzip":
        path.write_bytes(gzip.compress(content))
    else:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("in/lib.xlsx", content)
    records, reading = read_file(path)
    assert (len(records), reading.packing) == (3, packing)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (workbook(Data=[["name"], ["x"]]), "sheet 'Data', row 1: no column with structures"),
        (workbook(Data=[]), "holds no rows"),
        (workbook(Data=LIBRARY)[:-100], "the workbook cannot be read"),
        (b"smiles\nC\n", "the workbook cannot be read"),
    ],
)
def test_workbooks_that_cannot_be_read(tmp_path: Path, content: bytes, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        read_content(tmp_path, "lib.xlsx", content)


def replaced(content: bytes, old: bytes, new: bytes) -> bytes:
    """The workbook with a text in its first sheet replaced."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as read, zipfile.ZipFile(stream, "w") as write:
        for info in read.infolist():
            inner = read.read(info)
            changed = inner.replace(old, new) if "sheet1.xml" in info.filename else inner
            write.writestr(info.filename, changed)
    return stream.getvalue()


def test_row_beyond_the_end_of_a_sheet_is_damage(tmp_path: Path) -> None:
    content = workbook(Data=[["smiles"], ["C"]])
    far = replaced(content, b'<row r="2"', b'<row r="999999999"')
    assert far != content
    with pytest.raises(InputError, match="more than 1,048,576 rows"):
        read_content(tmp_path, "lib.xlsx", far)
