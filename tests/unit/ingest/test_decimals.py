from __future__ import annotations

from pathlib import Path

import pytest

from screening.core.config import IngestSettings
from screening.ingest.decimals import find_decimal, with_point
from tests.unit.ingest.helpers import read_content


@pytest.mark.parametrize(
    ("values", "mark"),
    [
        (["12,5"], ","),
        (["0,123"], ","),
        (["1.234,5"], ","),
        (["12.5", "x"], "."),
        (["1,234.5"], "."),
        (["1,234"], None),
        (["1.234"], None),
        (["1,234", "12,5"], ","),
        (["12,5", "12.5"], None),
        (["12,5"] * 20 + ["3.2"], ","),
        (["a,5", "1,2,3", "10.1021/x", "5"], None),
        ([], None),
    ],
)
def test_mark(values: list[str], mark: str | None) -> None:
    assert find_decimal(values) == mark


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("12,5", "12.5"),
        ("-0,001", "-0.001"),
        ("1,234", "1.234"),
        ("1.234,5", "1234.5"),
        ("1,5e-3", "1.5e-3"),
        ("1.234", "1.234"),
        ("1,2-diol", "1,2-diol"),
        ("1,2,3", "1,2,3"),
        ("<0,5", "<0.5"),
        (">= 1.234,5", ">= 1234.5"),
        ("±0,1", "±0.1"),
        ("~ 12,5", "~ 12.5"),
        ("<a,5", "<a,5"),
    ],
)
def test_value(value: str, written: str) -> None:
    assert with_point(value) == written


TEXT = "smiles;name;mass;count\nC;1,5;16,04;1,234\nCC;b;30,1;\n"


def test_extra_fields_get_a_point_and_the_record_stays(tmp_path: Path) -> None:
    (first, second), reading = read_content(tmp_path, "lib.csv", TEXT)
    assert reading.decimal == ","
    assert first.parted.extra == {"mass": "16.04", "count": "1.234"}
    assert first.parted.values == {"name": "1,5"}
    assert first.raw == "C;1,5;16,04;1,234"
    assert second.parted.extra == {"mass": "30.1"}


def test_stated_mark_wins(tmp_path: Path) -> None:
    records, reading = read_content(tmp_path, "lib.csv", TEXT, IngestSettings(decimal="."))
    assert records[0].parted.extra == {"mass": "16,04", "count": "1,234"}
    assert reading.decimal == "."
    text = "smiles;n\nC;1,234\n"
    (record,), _ = read_content(tmp_path, "lib.csv", text, IngestSettings(decimal=","))
    assert record.parted.extra == {"n": "1.234"}


def test_each_column_decides_for_itself(tmp_path: Path) -> None:
    rows = ["1,25;46.07;1,234;1,2", "<0,5;60.1;;1.2", "n.d.;74.12;;", "1.5;88.1;;", "3,75;1.1;;"]
    text = "smiles;IC50;MW;count;mixed\n" + "".join(f"C;{row}\n" for row in rows)
    records, reading = read_content(tmp_path, "lib.csv", text)
    assert reading.decimal is None
    assert reading.decimal_columns == {"IC50": ",", "MW": "."}
    extras = [record.parted.extra for record in records]
    assert [extra["IC50"] for extra in extras] == ["1.25", "<0.5", "n.d.", "1.5", "3.75"]
    assert [extra["MW"] for extra in extras] == ["46.07", "60.1", "74.12", "88.1", "1.1"]
    # Nothing decides for these two: no column of its own, and the file is of two minds.
    assert extras[0]["count"] == "1,234"
    assert [extra.get("mixed") for extra in extras[:2]] == ["1,2", "1.2"]


def test_a_column_with_points_keeps_its_thousands_in_a_file_with_commas(tmp_path: Path) -> None:
    rows = ["1,5;2,5;1,234.5", *["1,5;2,5;1,000"] * 20]
    text = "smiles;a;b;c\n" + "".join(f"C;{row}\n" for row in rows)
    records, reading = read_content(tmp_path, "lib.csv", text)
    assert (reading.decimal, reading.decimal_columns) == (",", {"c": "."})
    assert [record.parted.extra["c"] for record in records[:2]] == ["1,234.5", "1,000"]
    assert records[1].parted.extra["a"] == "1.5"
