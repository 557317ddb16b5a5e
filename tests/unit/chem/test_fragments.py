from __future__ import annotations

import pytest
from rdkit import Chem

from screening.chem.fragments import bound_metal, choose_parent, flat_smiles, open_salt_bonds
from screening.chem.problem import Problem
from screening.chem.source_table import read_source_table


@pytest.mark.parametrize(
    ("drawn", "opened"),
    [
        ("CC(=O)O[Na]", "CC(=O)[O-].[Na+]"),
        ("CS[K]", "C[S-].[K+]"),
        ("CC(=O)O[Ca]OC(C)=O", "CC(=O)[O-].CC(=O)[O-].[Ca+2]"),
        ("CCO", "CCO"),
        ("C[Mg]Br", "C[Mg]Br"),
    ],
)
def test_salt_bonds(drawn: str, opened: str) -> None:
    result = open_salt_bonds(Chem.MolFromSmiles(drawn))
    assert Chem.MolToSmiles(result) == Chem.CanonSmiles(opened)


@pytest.mark.parametrize(
    ("smiles", "symbol"),
    [("C[Hg]C", "Hg"), ("[Zn+2].CC", ""), ("CC", ""), ("C[As](C)C", ""), ("CB(O)O", "")],
)
def test_bound_metal(smiles: str, symbol: str) -> None:
    assert bound_metal(Chem.MolFromSmiles(smiles)) == symbol


def chosen(smiles: str) -> tuple[str, list[str], list[str]]:
    result = choose_parent(Chem.MolFromSmiles(smiles))
    assert not isinstance(result, Problem)
    return Chem.MolToSmiles(result[0]), result[1], result[2]


def test_known_salt_former_is_not_the_parent_even_if_larger() -> None:
    parent, removed, mixed = chosen("CC(C)NC.OC(=O)CC(O)(CC(=O)O)C(=O)O")
    assert parent == "CNC(C)C"
    assert removed == ["O=C(O)CC(O)(CC(=O)O)C(=O)O"]
    assert mixed == []


def test_most_heavy_atoms_wins() -> None:
    assert chosen("CCCCC.CCCCCC(C)C=C")[0] == "C=CC(C)CCCCC"


def test_equal_sizes_go_by_mass_then_by_name() -> None:
    assert chosen("CCCCCCCF.CCCCCCCBr")[0] == "CCCCCCCBr"
    assert chosen("CCCCCCCC.CCCCCC(C)C")[0] == chosen("CCCCCC(C)C.CCCCCCCC")[0]


def test_no_carbon() -> None:
    result = choose_parent(Chem.MolFromSmiles("O.[Na+].[Cl-]"))
    assert isinstance(result, Problem)
    assert result.code == "no_carbon"


def test_salt_table_is_sourced_parsable_and_without_repeats() -> None:
    rows = read_source_table("salts_solvents.tsv")
    molecules = [Chem.MolFromSmiles(row["smiles"]) for row in rows]
    assert all(molecules)
    assert all(row["source"] and row["name"] and row["role"] for row in rows)
    assert len({flat_smiles(molecule) for molecule in molecules}) == len(rows)
