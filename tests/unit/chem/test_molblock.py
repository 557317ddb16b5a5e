from __future__ import annotations

import pytest
from rdkit import Chem

from screening.chem.molblock import read_molblock
from screening.chem.problem import Problem
from screening.chem.reading import Reading


def block(smiles: str, *, v3000: bool = False) -> str:
    return Chem.MolToMolBlock(Chem.MolFromSmiles(smiles), forceV3000=v3000)


@pytest.mark.parametrize("v3000", [False, True])
def test_stereo_is_kept(v3000: bool) -> None:
    smiles = "C[C@H](N)C(=O)O"
    reading = read_molblock(block(smiles, v3000=v3000))
    assert isinstance(reading, Reading)
    assert reading.smiles == Chem.CanonSmiles(smiles)
    assert reading.notes == ()


def test_five_bonds_are_a_bad_valence_of_a_named_atom() -> None:
    molecule = Chem.MolFromSmiles("CC(C)(C)(C)C", sanitize=False)
    problem = read_molblock(Chem.MolToMolBlock(molecule, kekulize=False))
    assert problem == Problem("bad_valence", "atom 2: C has 5 bonds, more than its charge allows")


@pytest.mark.parametrize(("smiles", "code"), [("", "empty_structure"), ("*CC", "polymer_or_query")])
def test_unusable_structures(smiles: str, code: str) -> None:
    problem = read_molblock(block(smiles))
    assert isinstance(problem, Problem)
    assert problem.code == code


@pytest.mark.parametrize(
    ("old", "new", "detail"),
    [
        ("  3  2  0", "  x  2  0", "line 4: 'x  2  0  0  0  0  0  0  0  0999 V2000' is no counts"),
        ("  1  2  1", "  1  9  1", "line 8: bond to atom 9 (3 atoms and 2 bonds are announced)"),
        ("  1  2  1", "  1  2  x", "line 8: bond of an unknown order 'x'"),
        ("  3  2  0", "  9  2  0", "line 8: no coordinates of an atom (9 atoms"),
    ],
)
def test_the_line_at_fault_is_named(old: str, new: str, detail: str) -> None:
    text = block("CCO")
    assert old in text
    problem = read_molblock(text.replace(old, new, 1))
    assert isinstance(problem, Problem)
    assert problem.code == "bad_molblock"
    assert problem.detail.startswith(detail)


def test_text_that_is_no_molblock() -> None:
    assert read_molblock("CCO\n") == Problem(
        "bad_molblock",
        "the structure has 1 lines; three of title and a counts line begin it",
    )


def test_v3000_without_counts() -> None:
    lines = block("CCO", v3000=True).splitlines(keepends=True)
    problem = read_molblock("".join(line for line in lines if "COUNTS" not in line))
    assert problem == Problem("bad_molblock", "there is no line 'M  V30 COUNTS'")
