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
        ("", "empty_structure", "empty"),
        (" \t\n", "empty_structure", "empty"),
        ("CC(", "bad_smiles", "near character 3"),
        ("C1CC", "bad_smiles", "unclosed ring"),
        ("CCQ", "bad_smiles", "near character 3"),
        ("CCO ethanol", "bad_smiles", "white space"),
        ("CCO\tCC", "bad_smiles", "white space"),
        ("CCα", "bad_smiles", "'α'"),
        ("CC\0O", "bad_smiles", "x00"),
        ("CN(C)(C)C", "bad_valence", "N, 4"),
        ("c1ccncc1c", "bad_smiles", "aromatic"),
        ("c1cccc1", "bad_smiles", "kekulize"),
        ("CC*", "polymer_or_query", "wildcard"),
        ("[R1]CC", "bad_smiles", "near character"),
        ("C" * (MAX_SMILES_CHARACTERS + 1), "too_large", "characters"),
        ("=cmd|' /C calc'!A0", "bad_smiles", ""),
        ("<script>alert(1)</script>", "bad_smiles", ""),
    ],
)
def test_problem_names_code_and_place(smiles: str, code: str, detail: str) -> None:
    problem = problem_of(smiles)
    assert problem.code == code
    assert detail in problem.detail
    assert "\n" not in problem.detail


def test_space_around_is_dropped() -> None:
    molecule = parse_smiles("  CCO\r\n")
    assert isinstance(molecule, Chem.Mol)
    assert Chem.MolToSmiles(molecule) == "CCO"


def test_cxsmiles_tail_is_dropped() -> None:
    molecule = parse_smiles("C[C@H](O)CC |&1:1|")
    assert isinstance(molecule, Chem.Mol)
    assert Chem.MolToSmiles(molecule) == "CC[C@H](C)O"


def test_detail_does_not_repeat_a_long_smiles() -> None:
    assert len(problem_of("C" * 5_000 + "(").detail) < 200
