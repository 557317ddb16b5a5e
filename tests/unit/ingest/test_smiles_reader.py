from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.ingest.helpers import read_content, structure_of

WATER = "InChI=1S/H2O/h1H2"


@pytest.mark.parametrize(
    ("line", "structure", "name", "extra"),
    [
        ("CCO", "CCO", None, {}),
        ("CCO ethyl alcohol", "CCO", "ethyl alcohol", {}),
        ("CCO\tethyl alcohol", "CCO", "ethyl alcohol", {}),
        ("CCO\tethanol\tsponge", "CCO", "ethanol", {"field 3": "sponge"}),
        ("CC(O)F |&1:1| rac", "CC(O)F |&1:1|", "rac", {}),
        ("CC(O)F |&1:1|", "CC(O)F |&1:1|", None, {}),
        ("\tnameless", None, "nameless", {}),
        ("  CCO  ", "CCO", None, {}),
        ("CCO <i>n</i>-alcohol", "CCO", "n-alcohol", {}),
    ],
)
def test_line(
    tmp_path: Path, line: str, structure: str | None, name: str | None, extra: dict[str, str]
) -> None:
    (record,), _ = read_content(tmp_path, "lib.smi", line + "\n")
    assert structure_of(record) == structure
    assert (record.problem is None) == (structure is not None)
    assert record.parted.values.get("name") == name
    assert (record.parted.extra, record.raw) == (extra, line)


def test_header_and_empty_lines_are_no_records(tmp_path: Path) -> None:
    records, _ = read_content(tmp_path, "lib.smi", "SMILES\tName\nC\ta\n\nCC\tb")
    assert [(r.number, r.place, r.parted.values["name"]) for r in records] == [
        (1, "line 2", "a"),
        (2, "line 4", "b"),
    ]


def test_comment_lines_are_records_and_not_lost(tmp_path: Path) -> None:
    records, _ = read_content(tmp_path, "lib.smi", "# made in May\nC\n")
    assert [structure_of(record) for record in records] == ["#", "C"]


@pytest.mark.parametrize("name", ["lib.inchi", "lib.smi"])
def test_inchi_is_known_by_its_beginning(tmp_path: Path, name: str) -> None:
    (record,), _ = read_content(tmp_path, name, f"{WATER}\twater\n")
    assert record.parted.structures == (("inchi", WATER),)
    assert record.parted.values == {"name": "water"}


def test_inchi_file_holds_inchis_whatever_they_look_like(tmp_path: Path) -> None:
    records, _ = read_content(tmp_path, "lib.inchi", "InChI\n1S/H2O/h1H2\n")
    assert [record.parted.structures[0].notation for record in records] == ["inchi"]
