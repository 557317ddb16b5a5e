"""Corrections of several rounds are kept together, also after a spreadsheet has saved them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from screening.core.config import IngestSettings
from screening.core.corrections_table import record_digest
from screening.core.errors import InputError
from screening.core.partitions import read_table
from screening.core.tables import RECORDS
from screening.ingest.file_settings import FileSettings
from screening.ingest.kept_corrections import KEPT, keep_corrections
from screening.ingest.library import ingest_library

HEAD = "source_file,record_number,name,corrected_structure\n"
LIBRARY = "name,smiles\na,C1CC\nb,CC(\nc,CN1\nd,O\n"


class Screen:
    """A library, its rounds of corrections, and what ingest makes of them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.kept = folder, folder / "results" / KEPT
        self.file = folder / "lib.csv"
        self.file.write_text(LIBRARY)

    def give(self, text: str) -> list[str]:
        sheet = self.folder / "given.csv"
        sheet.write_text(text, encoding="utf-8-sig")
        return keep_corrections(sheet, self.kept, [self.file], FileSettings(IngestSettings()))

    def rows(self) -> dict[int, tuple[str, str]]:
        """Record number → structure and round, as kept."""
        with self.kept.open(newline="") as stream:
            return {
                int(row["record_number"]): (row["corrected_structure"], row["round"])
                for row in csv.DictReader(stream)
            }

    def ingest(self) -> dict[str, dict[str, Any]]:
        """The records by name."""
        settings = IngestSettings(corrections=str(self.kept))
        ingest_library([self.file], self.folder / "out", "lib", settings)
        rows = read_table(self.folder / "out/records.parquet", RECORDS).to_pylist()
        return {row["name"]: row for row in rows}


@pytest.fixture
def screen(tmp_path: Path) -> Screen:
    return Screen(tmp_path)


def test_a_later_round_adds_and_replaces(screen: Screen) -> None:
    screen.give(HEAD + "lib.csv,1,a,C1CC1\nlib.csv,2,b,\nlib.csv,3,c,CN\n")
    screen.give(HEAD + "lib.csv,2,b,CC\nlib.csv,3,c,CNC\n")
    assert screen.rows() == {1: ("C1CC1", "1"), 2: ("CC", "2"), 3: ("CNC", "2")}
    with screen.kept.open(newline="") as stream:
        digests = [row["record_digest"] for row in csv.DictReader(stream)]
    assert digests == [record_digest(line) for line in ("a,C1CC", "b,CC(", "c,CN1")]
    records = screen.ingest()
    assert [records[name]["structure"] for name in "abcd"] == ["C1CC1", "CC", "CNC", "O"]


def test_the_same_round_again_changes_nothing(screen: Screen) -> None:
    screen.give(HEAD + "lib.csv,1,a,C1CC1\n")
    before = screen.kept.stat()
    screen.give(HEAD + "lib.csv,1,a,C1CC1\n")
    screen.give(screen.kept.read_text())
    after = screen.kept.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_sheet_saved_with_semicolons_and_apostrophes_is_read(screen: Screen) -> None:
    screen.file = screen.folder / "=a;b.csv"
    screen.file.write_text(LIBRARY)
    screen.give('source_file;record_number;corrected_structure\n"\'=a;b.csv";1;CCO\n')
    assert screen.rows() == {1: ("CCO", "1")}
    assert "'=a;b.csv" in screen.kept.read_text()


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("lib.csv,three,x,CCO\n", "record_number 'three' is no number"),
        ("lib.csv,2,b,CC\nlib.csv,9,x,CCO\n", "there is no record 9 of 'lib.csv'"),
        ("lob.csv,2,b,CC\n", "there is no record 2 of 'lob.csv'"),
    ],
)
def test_a_bad_round_leaves_what_was_kept(screen: Screen, rows: str, problem: str) -> None:
    screen.give(HEAD + "lib.csv,1,a,C1CC1\n")
    before = screen.kept.read_bytes()
    with pytest.raises(InputError, match=problem):
        screen.give(HEAD + rows)
    assert screen.kept.read_bytes() == before
    assert screen.ingest()["a"]["structure"] == "C1CC1"


def test_a_round_for_another_text_is_refused(screen: Screen) -> None:
    head = "source_file,record_number,record_digest,corrected_structure\n"
    sheet = f"{head}lib.csv,2,{record_digest('a,C1CC')},C1CC1\n"
    with pytest.raises(InputError, match=r"record 2 of 'lib\.csv' has another text than"):
        screen.give(sheet)
    assert not screen.kept.exists()


def test_a_record_that_moves_keeps_its_correction(screen: Screen) -> None:
    screen.give(HEAD + "lib.csv,1,a,C1CC1\nlib.csv,3,c,CN\n")
    screen.file.write_text("name,smiles\nz,N\na,C1CC\nc,CN1\n")
    records = screen.ingest()
    assert {name: records[name]["structure"] for name in "zac"} == {
        "z": "N",
        "a": "C1CC1",
        "c": "CN",
    }
    assert "was C1CC" in json.loads(records["a"]["extra"])["correction"]
    screen.give(HEAD + "lib.csv,2,a,CCC\n")  # the later round finds the earlier one moved
    assert screen.rows() == {2: ("CCC", "2"), 3: ("CN", "1")}


@pytest.mark.parametrize(
    ("library", "why"),
    [
        ("name,smiles\nz,N\nb,C\n", "another text"),
        ("name,smiles\nz,N\na,C1CC\nb,C\na,C1CC\n", "another text"),  # which of the two?
    ],
)
def test_a_correction_of_another_text_is_left_out(
    screen: Screen, library: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    screen.give(HEAD + "lib.csv,1,a,C1CC1\n")
    screen.file.write_text(library)
    assert all(row["structure"] != "C1CC1" for row in screen.ingest().values())
    line = f"[ingest] the correction of record 1 of lib.csv is for {why}; it is left out: C1CC1"
    assert line in capsys.readouterr().err.splitlines()
    screen.give(HEAD + "lib.csv,2,z,CC\n")  # it stays, in case that the text comes back
    screen.file.write_text(LIBRARY)
    assert screen.ingest()["a"]["structure"] == "C1CC1"


def test_a_correction_is_withdrawn(screen: Screen) -> None:
    screen.give(HEAD + "lib.csv,1,a,C1CC1\nlib.csv,3,c,CN\n")
    assert screen.give(HEAD + "lib.csv,1,a,Withdraw\nlib.csv,3,c,\n") == []
    assert screen.rows() == {3: ("CN", "1")}
    (line,) = screen.give(HEAD + "lib.csv,1,a,withdraw\n")
    assert line.endswith("no correction of this record is kept; nothing withdrawn")
    assert screen.ingest()["a"]["structure"] == "C1CC"
