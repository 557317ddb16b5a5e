from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from rdkit import Chem

from screening.chem.draft import clear_isotopes, reread
from screening.chem.inchi import inchikey
from screening.chem.notation import read_preferred
from screening.chem.problem import Problem
from screening.chem.reading import Reading
from screening.chem.standardise import (
    Parent,
    ParentMolecule,
    parent_molecule,
    standardise,
    standardise_reading,
)

GOLDEN = Path(__file__).resolve().parents[2] / "golden/standardise.tsv"


def golden_rows() -> list[dict[str, str]]:
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()[1:]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def parent_of(smiles: str) -> Parent:
    parent = standardise(smiles)
    assert isinstance(parent, Parent), parent
    return parent


@pytest.mark.parametrize("row", golden_rows(), ids=lambda row: row["note"])
def test_golden(row: dict[str, str]) -> None:
    result = standardise(row["input"])
    if row["code"]:
        assert isinstance(result, Problem)
        assert result.code == row["code"]
        return
    assert isinstance(result, Parent)
    assert result.smiles == row["parent"]
    assert result.inchikey == row["inchikey"]
    assert " ".join(result.removed_fragments) == row["removed"]
    assert "; ".join(result.changes) == row["changes"]
    assert result.stereo == row["stereo"]


@pytest.mark.parametrize("text", sorted({row["parent"] for row in golden_rows()} - {""}))
def test_a_structure_in_its_final_form_is_not_read_again(text: str) -> None:
    """The detour of another pass gives the same."""
    reading = read_preferred(text)
    assert isinstance(reading, Reading)
    detour = standardise_reading(replace(reading, is_of_smiles=False))
    assert standardise_reading(reading) == detour


def test_the_molecule_of_a_parent_is_that_of_its_smiles() -> None:
    """For predictions, which need no key: of text that is final, and of text that is not."""
    for text in ("OCC", "CCO", "CC(=O)[O-].[Na+]", "C[C@H](N)C(=O)[O-]"):
        parent, found = standardise(text), parent_molecule(text)
        assert isinstance(parent, Parent)
        assert isinstance(found, ParentMolecule)
        assert found.smiles == parent.smiles == Chem.MolToSmiles(found.molecule)
    assert parent_molecule("C1CC") == standardise("C1CC")


def test_parent_carries_both_blocks_of_the_key() -> None:
    parent = parent_of("C[C@H](N)C(=O)O")
    assert parent.inchikey == "QNAYBMKLOCPYGJ-REOHCLBHSA-N"  # L-alanine
    assert parent.flat_key == "QNAYBMKLOCPYGJ"


def test_enantiomers_share_the_flat_key_only() -> None:
    left, right = parent_of("C[C@H](N)C(=O)O"), parent_of("C[C@@H](N)C(=O)O")
    assert left.flat_key == right.flat_key
    assert left.inchikey != right.inchikey


def test_tautomers_keep_their_drawing_and_share_the_key() -> None:
    amine, imine = parent_of("CN1CC(=O)N=C1N"), parent_of("CN1CC(=O)NC1=N")
    assert amine.inchikey == imine.inchikey
    assert amine.smiles != imine.smiles


def test_salt_and_free_base_have_one_parent() -> None:
    assert parent_of("CN.Cl").inchikey == parent_of("C[NH3+].[Cl-]").inchikey


def test_fragments_are_counted_and_named() -> None:
    parent = parent_of("[Ca+2].CC(=O)[O-].CC(=O)[O-]")
    assert parent.n_fragments == 3
    assert parent.removed_fragments == ("CC(=O)[O-]", "[Ca+2]")
    assert parent.removed_names == ("acetic acid", "calcium")


def test_two_equal_fragments_are_no_mixture() -> None:
    parent = parent_of("Cc1ccccc1O.Cc1ccccc1O")
    assert parent.changes == ("fragments_removed",)


def test_mixture_names_the_other_fragment() -> None:
    parent = parent_of("CCCCCCC(C)=O.CCc1ccccc1CCO")
    assert parent.smiles == "CCc1ccccc1CCO"
    assert parent.changes == ("fragments_removed", "mixture: CCCCCCC(C)=O")


def test_ions_of_a_chelated_metal_are_refused_by_symbol() -> None:
    problem = standardise("CC(=O)C=C(C)O[Cu]OC(C)=CC(C)=O")
    assert isinstance(problem, Problem)
    assert problem.code == "metal"
    assert problem.detail.startswith("Cu ")


def test_two_thousand_heavy_atoms_pass_and_one_more_does_not() -> None:
    assert parent_of("C" * 1100).smiles == "C" * 1100  # also beyond InChI's usual 1,023 atoms
    problem = standardise("C" * 2001)
    assert isinstance(problem, Problem)
    assert problem.code == "too_large"


def test_clearing_isotopes_drops_the_centre_that_only_the_label_made() -> None:
    cleared = clear_isotopes(Chem.MolFromSmiles("C[C@H]([2H])O"))
    assert Chem.MolToSmiles(cleared) == "CCO"


def test_clearing_isotopes_leaves_its_argument() -> None:
    labelled = Chem.MolFromSmiles("[13CH3]O")
    clear_isotopes(labelled)
    assert Chem.MolToSmiles(labelled) == "[13CH3]O"


def test_inchikey_agrees_with_rdkit() -> None:
    molecule = Chem.MolFromSmiles("CC(=C)[C@H]1CN[C@@H]([C@H]1CC(=O)O)C(=O)O")
    assert inchikey(molecule) == Chem.MolToInchiKey(molecule) == "VLSMHEGGTFMBBZ-OOZYFLPDSA-N"


def test_a_result_that_cannot_be_read_is_not_taken() -> None:
    parent = standardise("C[Si-](F)(F)(F)F")
    assert isinstance(parent, Parent)
    assert parent.smiles == "C[Si-](F)(F)(F)F"
    assert "not neutralised: RDKit cannot read the result" in parent.changes


def test_the_text_of_the_source_is_not_blamed_for_what_was_made_of_it() -> None:
    problem = reread("c1cccc1")
    assert isinstance(problem, Problem)
    assert problem.code == "crashed"
    assert problem.detail.startswith("after cleaning: ")
    assert "position" not in problem.detail
