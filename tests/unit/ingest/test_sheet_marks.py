"""Workbooks: sheets not read, merged cells, links, formulas without a value."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from screening.core.config import IngestSettings
from screening.ingest import sheet_marks, workbook_reader
from tests.unit.ingest.helpers import read_content, structure_of
from tests.unit.ingest.test_workbook_reader import workbook


def content_of(book: Any) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_other_sheets_with_structures_are_named(tmp_path: Path) -> None:
    content = workbook(
        Legend=[["colour", "SMILES = structure"], ["yellow", "done"]],
        First=[["smiles"], ["C"]],
        Second=[["my trip"], ["SMILES", "name"], ["CC", "a"]],
        Empty=[["smiles"]],
        Notes=[["x"], ["y"]],
    )
    (record,), reading = read_content(tmp_path, "lib.xlsx", content)
    assert (structure_of(record), reading.sheet) == ("C", "First")
    (note,) = reading.notes
    assert "sheet 'Second';" in note
    assert "ingest.sheet" in note
    _, reading = read_content(tmp_path, "lib.xlsx", content, IngestSettings(sheet="First"))
    assert reading.notes == []


def merged_book() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Collection 2014", None, None])
    sheet.append(["organism", "smiles", "box"])
    sheet.append(["Dysidea avara", "C", "1"])
    sheet.append([None, "CC", None])
    sheet.append([])
    sheet.append([None, "CCC", "2"])
    sheet.append([None, "CCCC", None])
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("A3:A6")
    sheet.merge_cells("C3:C4")
    return content_of(book)


def test_the_value_of_merged_cells_stands_for_all_their_rows(tmp_path: Path) -> None:
    records, reading = read_content(tmp_path, "lib.xlsx", merged_book())
    assert [record.place for record in records] == ["row 3", "row 4", "row 6", "row 7"]
    organisms = [record.parted.lists.get("organisms") for record in records]
    assert organisms == [*[("Dysidea avara",)] * 3, None]
    assert [record.parted.extra.get("box") for record in records] == ["1", "1", "2", None]
    assert reading.notes == ["3 cells filled down from merged cells above them"]
    assert records[1].raw == ",CC"


def test_merged_cells_are_filled_no_further_than_the_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_reader, "MAX_FILLED", 20)
    records, reading = read_content(tmp_path, "lib.xlsx", merged_book())
    assert [len(record.parted.lists.get("organisms", ())) for record in records] == [1, 1, 0, 0]
    assert reading.notes[1] == "1 cells below merged ones are left empty: too many"
    monkeypatch.setattr(sheet_marks, "MAX_MARKS", 1)
    _, reading = read_content(tmp_path, "lib.xlsx", merged_book())
    assert "1 of them are left aside" in reading.notes[-1]


def test_links_keep_their_targets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["smiles", "DOI", "spectrum"])
    sheet.append(["C", "paper", "NMR"])
    sheet.append(["CC", '=HYPERLINK("https://doi.org/10.1021/np2","paper2")', None])
    sheet.append(["CCC", "https://doi.org/10.1021/np3", None])
    sheet["B2"].hyperlink = "https://doi.org/10.1021/np1"
    sheet["C2"].hyperlink = "https://example.org/nmr/1"
    sheet["B4"].hyperlink = "https://doi.org/10.1021/np3"
    records, reading = read_content(tmp_path, "lib.xlsx", content_of(book))
    assert [record.parted.lists for record in records] == [
        {"references": ("paper",), "dois": ("10.1021/np1",)},
        {"dois": ("10.1021/np2",)},
        {"dois": ("10.1021/np3",)},
    ]
    assert records[0].parted.extra == {
        "spectrum": "NMR",
        "spectrum (link)": "https://example.org/nmr/1",
    }
    assert reading.other_columns == ["spectrum", "spectrum (link)"]
    assert reading.notes == []


def test_a_formula_without_a_value_is_called_so(tmp_path: Path) -> None:
    rows = [["smiles", "n"], ['="C"&"N"', "a"], ["C", "=1+1"], [None, "b"]]
    records, reading = read_content(tmp_path, "lib.xlsx", workbook(Data=rows))
    details = [record.problem.detail if record.problem else None for record in records]
    assert details == [
        "row 2: formula without a value: save the workbook in a spreadsheet program",
        None,
        "row 4: no structure is given",
    ]
    assert reading.notes == [
        "2 cells with a formula without a value: save the workbook in a spreadsheet program"
    ]
