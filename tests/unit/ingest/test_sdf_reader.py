from __future__ import annotations

from pathlib import Path

import pytest
from rdkit import Chem

from screening.core.errors import InputError
from screening.ingest.record import SourceRecord
from screening.ingest.sdf_reader import MAX_RECORD_LINES, data_items
from tests.unit.ingest.helpers import read_content


def block(smiles: str, title: str = "", *, v3000: bool = False) -> str:
    molecule = Chem.MolFromSmiles(smiles)
    molecule.SetProp("_Name", title)
    return Chem.MolToMolBlock(molecule, forceV3000=v3000)


def record_text(structure: str, title: str = "", **items: str) -> str:
    data = "".join(f">  <{name}>\n{value}\n\n" for name, value in items.items())
    return f"{block(structure, title)}{data}$$$$\n"


def read(folder: Path, text: str) -> list[SourceRecord]:
    return read_content(folder, "lib.sdf", text)[0]


@pytest.mark.parametrize("v3000", [False, True])
def test_molblock_is_handed_on_as_it_stands(tmp_path: Path, v3000: bool) -> None:
    drawing = block("C[C@H](N)C(=O)O", "L-alanine", v3000=v3000)
    (record,) = read(tmp_path, drawing + "$$$$\n")
    assert record.parted.structures == (("molblock", drawing),)
    assert record.problem is None


def test_title_and_items(tmp_path: Path) -> None:
    text = record_text("CCO", "ethanol", DOI="10.1000/1", Organism="Aplysina", IC50="3 nM")
    (record,) = read(tmp_path, text)
    assert record.parted.values == {"name": "ethanol"}
    assert record.parted.lists == {"dois": ("10.1000/1",), "organisms": ("Aplysina",)}
    assert record.parted.extra == {"IC50": "3 nM"}
    assert record.raw == text.removesuffix("$$$$\n").rstrip("\n") + "\n"


def test_title_beside_a_name_is_kept(tmp_path: Path) -> None:
    records = read(
        tmp_path, record_text("C", "M1", Name="methane") + record_text("C", "a", Name="a")
    )
    assert [record.parted.values["name"] for record in records] == ["methane", "a"]
    assert [record.parted.extra for record in records] == [{"title": "M1"}, {}]


def test_the_drawing_comes_first_and_other_structures_after_it(tmp_path: Path) -> None:
    (record,) = read(tmp_path, record_text("CCO", SMILES="CCN", InChI="InChI=1S/CH4/h1H4"))
    assert [s.notation for s in record.parted.structures] == ["molblock", "smiles", "inchi"]
    assert record.parted.structures[1].text == "CCN"


def test_smiles_item_stands_in_for_an_empty_drawing(tmp_path: Path) -> None:
    (record,) = read(tmp_path, record_text("", SMILES="CCN"))
    assert record.parted.structures[0] == ("smiles", "CCN")


def test_one_broken_record_costs_only_itself(tmp_path: Path) -> None:
    broken = "title\n\n\nno end\n$$$$\n"
    records = read(tmp_path, record_text("C") + broken + record_text("CC"))
    assert [record.number for record in records] == [1, 2, 3]
    assert [record.problem is None for record in records] == [True, False, True]
    problem = records[1].problem
    assert problem is not None
    assert problem.code == "bad_molblock"
    assert problem.detail.startswith(f"line {record_text('C').count(chr(10)) + 1}: ")


def test_record_without_a_line_is_empty(tmp_path: Path) -> None:
    records = read(tmp_path, record_text("C") + "$$$$\n")
    assert records[1].problem is not None
    assert records[1].problem.code == "empty_structure"


def test_single_molfile_needs_no_terminator(tmp_path: Path) -> None:
    (record,) = read(tmp_path, block("CCO", "ethanol"))
    assert record.parted.values == {"name": "ethanol"}


def test_last_terminator_without_line_end(tmp_path: Path) -> None:
    assert len(read(tmp_path, record_text("C") + record_text("CC").rstrip("\n"))) == 2


def test_windows_line_ends(tmp_path: Path) -> None:
    (record,) = read(tmp_path, record_text("CCO", Name="ethanol").replace("\n", "\r\n"))
    assert record.parted.values == {"name": "ethanol"}
    assert record.parted.structures == (("molblock", block("CCO")),)


@pytest.mark.parametrize("keep", range(1, 9))
def test_cut_anywhere_in_the_last_record_is_refused(tmp_path: Path, keep: int) -> None:
    last = record_text("CCO", DOI="10.1000/1").splitlines(keepends=True)
    kept = last[: keep + 3]
    assert "$$$$\n" not in kept
    with pytest.raises(InputError, match=r"lib.sdf: record 2 \(line \d+\) is cut off"):
        read(tmp_path, record_text("C") + "".join(kept))


def test_data_items() -> None:
    lines = ["", ">  <A>", "1", "2", "", "> 25 <B> (X)", "", ">  <A>", "3"]
    assert data_items(lines) == {"A": "1\n2", "B": "", "A (2)": "3"}


def test_a_record_without_end_costs_no_memory_and_says_what_is_kept(tmp_path: Path) -> None:
    content = "lost\n" + "x\n" * MAX_RECORD_LINES + "$$$$\n" + "m\n\n\n\nM  END\n$$$$\n"
    (lost, kept), _ = read_content(tmp_path, "a.sdf", content)
    assert lost.problem is not None
    assert lost.problem.detail == "line 1: more than 100,000 lines; the first 100 are kept here"
    assert lost.raw.splitlines() == ["lost"] + ["x"] * 99
    assert kept.problem is None
