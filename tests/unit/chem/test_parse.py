from __future__ import annotations

import pytest
from rdkit import Chem

from screening.chem.parse import MAX_SMILES_CHARACTERS, parse_smiles
from screening.chem.problem import Problem


def problem_of(smiles: str) -> Problem:
    result = parse_smiles(smiles)
    assert isinstance(result, Problem)
    return result


@pytest.mark.parametrize(
    ("smiles", "code", "detail"),
    [
        ("", "empty_structure", "the structure is empty"),
        (" \t\n", "empty_structure", "the structure is empty"),
        ("CC(", "bad_smiles", "'(' at position 3 is never closed"),
        ("  C1CC", "bad_smiles", "unclosed ring 1 at position 4"),
        ("CCQ", "bad_smiles", "character 'Q' at position 3 is not used in SMILES"),
        ("CCO ethanol", "bad_smiles", "white space inside the SMILES"),
        ("CCO\tCC", "bad_smiles", "white space inside the SMILES"),
        ("CCα", "bad_smiles", "character 'α' at position 3 is not used in SMILES"),
        ("CC\0O", "bad_smiles", "character '\\x00' at position 3 is not used in SMILES"),
        ("CN(C)(C)C", "bad_valence", "position 2: N has 4 bonds, more than its charge allows"),
        (
            "c1ccncc1c",
            "bad_smiles",
            "position 9: the atom is written aromatic but is in no ring",
        ),
        (
            "Cc1cccc1",
            "bad_smiles",
            "aromatic atoms (position 2, position 4, position 5, position 6, position 7) cannot "
            "share their double bonds: a hydrogen (such as [nH]) or a charge is missing",
        ),
        ("CC*", "polymer_or_query", "an atom is a wildcard (*) or an R group"),
        ("C[#0]", "polymer_or_query", "an atom is a wildcard (*) or an R group"),
        ("CC~O", "polymer_or_query", "the bond of atoms 2 and 3 may be of any order"),
        ("[R1]CC", "bad_smiles", "unknown element 'R' at position 2"),
        ("C" * (MAX_SMILES_CHARACTERS + 1), "too_large", "SMILES of 40,001 characters"),
        (
            "=cmd|' /C calc'!A0",
            "bad_smiles",
            "white space inside the SMILES",
        ),
        (
            "<script>alert(1)</script>",
            "bad_smiles",
            "character '<' at position 1 is not used in SMILES",
        ),
    ],
)
def test_problem_names_code_and_place(smiles: str, code: str, detail: str) -> None:
    problem = problem_of(smiles)
    assert problem.code == code
    assert problem.detail == detail


def test_space_around_is_dropped() -> None:
    molecule = parse_smiles("  CCO\r\n")
    assert isinstance(molecule, Chem.Mol)
    assert Chem.MolToSmiles(molecule) == "CCO"


def test_cxsmiles_tail_is_dropped() -> None:
    molecule = parse_smiles("C[C@H](O)CC |&1:1|")
    assert isinstance(molecule, Chem.Mol)
    assert Chem.MolToSmiles(molecule) == "CC[C@H](C)O"


@pytest.mark.parametrize(
    ("smiles", "canonical"),
    [
        ("[H]C([H])([H])O", "CO"),
        ("[2H]C", "[2H]C"),
        ("[H][H]", "[H][H]"),
        ("C[C@]([H])(F)Cl", None),
    ],
)
def test_hydrogens_written_out_are_merged(smiles: str, canonical: str | None) -> None:
    molecule = parse_smiles(smiles)
    assert isinstance(molecule, Chem.Mol)
    assert Chem.MolToSmiles(molecule) == (canonical or Chem.CanonSmiles(smiles))


def test_detail_does_not_repeat_a_long_smiles() -> None:
    assert len(problem_of("C" * 5_000 + "(").detail) < 200
