from __future__ import annotations

import csv
from pathlib import Path

import pytest

from screening.core.decisions_table import Decision, parse_decision, read_decisions, write_decisions
from screening.core.errors import InputError

METHANE, ETHANE = "VNWKTOKETHGBQD-UHFFFAOYSA-N", "OTMSDBZUPAUEDD-UHFFFAOYSA-N"
HOSTILE = [
    *("=cmd|' /C calc'!A0", "<script>x</script>", "x" * 10_000),
    *('a,b\n;c\t"q"', "海绵", "'=1", "''+1", "it's"),
]


def decision(key: str, note: str = "", name: str = "") -> Decision:
    return Decision(key, name, "hold", note, "", "2026-11-21T10:00:00Z", "reef", "r1")


@pytest.mark.parametrize("text", HOSTILE)
def test_decisions_come_back_and_run_as_no_formula(tmp_path: Path, text: str) -> None:
    file = tmp_path / "decisions.csv"
    written = [decision(METHANE, note=text), decision(ETHANE, name=text)]
    write_decisions(file, written)
    assert read_decisions(file) == {one.structure_id: one for one in written}
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert [row[0] for row in rows[1:]] == [ETHANE, METHANE]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


@pytest.mark.parametrize("text", ["Reject", " reject ", "REJECT\t"])
def test_case_and_spaces_do_not_matter(text: str) -> None:
    assert parse_decision(text) == "reject"


def test_two_columns_by_hand_are_enough_and_spreadsheets_may_save_them(tmp_path: Path) -> None:
    file = tmp_path / "decisions.csv"
    file.write_text(f"\ufeffdecision;structure_id\r\nReject;{METHANE}\r\n;\r\n", encoding="utf-8")
    [found] = read_decisions(file).values()
    assert (found.structure_id, found.decision, found.note) == (METHANE, "reject", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: no column 'structure_id'"),
        ("structure_id,descision\n", "line 1: no column 'decision'"),
        ("structure_id,decision,nota\n", "line 1: unknown column 'nota'"),
        ("structure_id,decision,decision\n", "line 1: twice the column 'decision'"),
        (f"structure_id,decision\n{METHANE},advanced\n", "line 2: decision 'advanced'; write adv"),
        (f"structure_id,decision\n{METHANE},\n", "line 2: decision ''"),
        ("structure_id,decision\nmethane,hold\n", "line 2: structure_id 'methane' is no InChIKey"),
        (f"structure_id,decision\n{METHANE},hold,x\n", "line 2: 3 cells for 2 columns"),
        (
            f"structure_id,decision\n{METHANE},hold\n\n{METHANE},reject\n",
            f"line 4: {METHANE} stands in line 2 too",
        ),
        (f'structure_id,decision\n{METHANE},"hold\n', "line 2: unexpected end"),
    ],
)
def test_what_is_no_decision_is_told_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "decisions.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_decisions(file)
    assert message in caught.value.line()
    assert str(file) in caught.value.line()


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "decisions.csv"
    file.write_bytes(b"structure_id,decision\n\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be read"):
        read_decisions(file)
