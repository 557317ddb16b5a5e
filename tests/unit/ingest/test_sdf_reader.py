from __future__ import annotations

from pathlib import Path

import pytest
from rdkit import Chem

from screening.chem.problem import Problem
from screening.core.config import IngestSettings
from screening.core.errors import InputError
from screening.ingest.record import SourceRecord
from screening.ingest.sdf_reader import data_items, molblock_to_smiles, read_sdf
from screening.ingest.source import SourceFile


def block(smiles: str, title: str = "", *, v3000: bool = False) -> str:
    molecule = Chem.MolFromSmiles(smiles)
    molecule.SetProp("_Name", title)
    return Chem.MolToMolBlock(molecule, forceV3000=v3000)


def record_text(structure: str, title: str = "", **items: str) -> str:
    data = "".join(f">  <{name}>\n{value}\n\n" for name, value in items.items())
    return f"{block(structure, title)}{data}$$$$\n"


def read(folder: Path, text: str) -> list[SourceRecord]:
    path = folder / "lib.sdf"
    path.write_text(text, encoding="utf-8", newline="")
    source = SourceFile(path, path.name, "sdf", gzipped=False)
    return list(read_sdf(source, "utf-8", IngestSettings()))


def test_structure_title_and_items(tmp_path: Path) -> None:
    text = record_text("CCO", "ethanol", DOI="10.1000/1", Organism="Aplysina", IC50="3 nM")
    (record,) = read(tmp_path, text)
    assert record.values == {
        "name": "ethanol",
        "smiles": "CCO",
        "doi": "10.1000/1",
        "organism": "Aplysina",
    }
    assert record.extra == {"IC50": "3 nM"}
    assert record.raw == text.removesuffix("$$$$\n").rstrip("\n") + "\n"


@pytest.mark.parametrize("v3000", [False, True])
def test_stereo_is_kept(v3000: bool) -> None:
    smiles = "C[C@H](N)C(=O)O"
    assert molblock_to_smiles(block(smiles, v3000=v3000)) == Chem.CanonSmiles(smiles)


def test_structure_comes_from_the_drawing_not_from_a_smiles_item(tmp_path: Path) -> None:
    (record,) = read(tmp_path, record_text("CCO", SMILES="CCN"))
    assert record.values["smiles"] == "CCO"
    assert record.extra["smiles"] == "CCN"


def test_one_broken_record_costs_only_itself(tmp_path: Path) -> None:
    broken = "title\n\n\nno counts line\nM  END\n$$$$\n"
    records = read(tmp_path, record_text("C") + broken + record_text("CC"))
    assert [record.number for record in records] == [1, 2, 3]
    assert [record.values.get("smiles") for record in records] == ["C", None, "CC"]
    problem = records[1].problem
    assert problem is not None
    assert problem.code == "bad_molblock"
    assert problem.detail.startswith(f"line {record_text('C').count(chr(10)) + 1}: ")


def test_record_without_end_of_molblock(tmp_path: Path) -> None:
    text = record_text("CCO").replace("M  END\n", "")
    (record,) = read(tmp_path, text)
    assert record.problem is not None
    assert record.problem.code == "bad_molblock"


def test_five_bonds_are_a_bad_valence() -> None:
    molecule = Chem.MolFromSmiles("CC(C)(C)(C)C", sanitize=False)
    problem = molblock_to_smiles(Chem.MolToMolBlock(molecule, kekulize=False))
    assert isinstance(problem, Problem)
    assert problem.code == "bad_valence"


@pytest.mark.parametrize(("smiles", "code"), [("", "empty_structure"), ("*CC", "polymer_or_query")])
def test_unusable_structures(smiles: str, code: str) -> None:
    problem = molblock_to_smiles(block(smiles))
    assert isinstance(problem, Problem)
    assert problem.code == code


def test_single_molfile_needs_no_terminator(tmp_path: Path) -> None:
    (record,) = read(tmp_path, block("CCO", "ethanol"))
    assert record.values == {"smiles": "CCO", "name": "ethanol"}


def test_last_terminator_without_line_end(tmp_path: Path) -> None:
    assert len(read(tmp_path, record_text("C") + record_text("CC").rstrip("\n"))) == 2


def test_windows_line_ends(tmp_path: Path) -> None:
    (record,) = read(tmp_path, record_text("CCO", Name="ethanol").replace("\n", "\r\n"))
    assert record.values == {"smiles": "CCO", "name": "ethanol"}


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
