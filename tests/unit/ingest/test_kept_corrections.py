"""Corrections of several rounds are kept together, also after a spreadsheet has saved them."""

from __future__ import annotations

from pathlib import Path

import pytest

from screening.core.errors import InputError
from screening.ingest.corrections import Corrections
from screening.ingest.kept_corrections import KEPT, keep_corrections

HEAD = "source_file,record_number,name,corrected_structure\n"


def table(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8-sig")
    return path


def test_a_later_round_adds_and_replaces(tmp_path: Path) -> None:
    kept = tmp_path / "lib" / KEPT
    first = table(tmp_path / "one.csv", HEAD + "a.csv,3,x,CCO\na.csv,4,y,\na.csv,7,z,CCN\n")
    second = table(tmp_path / "two.csv", HEAD + "a.csv,4,y,CCC\na.csv,7,z,C\n")
    assert keep_corrections(first, kept) == 2
    assert keep_corrections(second, kept) == 3
    expected = {("a.csv", 3): "CCO", ("a.csv", 4): "CCC", ("a.csv", 7): "C"}
    assert Corrections(kept).texts() == expected
    assert keep_corrections(kept, kept) == 3
    assert Corrections(kept).texts() == expected


def test_a_sheet_saved_with_semicolons_and_apostrophes_is_read(tmp_path: Path) -> None:
    text = "source_file;record_number;corrected_structure\n'=a;b.csv;1;CCO\n"
    sheet = table(tmp_path / "saved.csv", text.replace("'=a;b.csv", '"\'=a;b.csv"'))
    keep_corrections(sheet, tmp_path / KEPT)
    assert Corrections(tmp_path / KEPT).texts() == {("=a;b.csv", 1): "CCO"}
    assert "'=a;b.csv" in (tmp_path / KEPT).read_text()


def test_a_bad_round_leaves_what_was_kept(tmp_path: Path) -> None:
    kept = tmp_path / KEPT
    keep_corrections(table(tmp_path / "one.csv", HEAD + "a.csv,3,x,CCO\n"), kept)
    before = kept.read_bytes()
    bad = table(tmp_path / "two.csv", HEAD + "a.csv,three,x,CCO\n")
    with pytest.raises(InputError, match="record_number 'three' is no number"):
        keep_corrections(bad, kept)
    assert kept.read_bytes() == before
