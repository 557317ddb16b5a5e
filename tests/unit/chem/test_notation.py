from __future__ import annotations

import csv
from pathlib import Path

import pytest
from rdkit import Chem
from rdkit.Chem import rdDepictor

from screening.chem.notation import read_preferred, read_structure
from screening.chem.problem import Problem
from screening.chem.reading import Reading
from screening.chem.standardise import Parent, standardise

_LIBRARY = Path(__file__).resolve().parents[3] / "data/marine_reference.csv"
ETHANOL = "InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3"


def marine_structures() -> list[str]:
    with _LIBRARY.open(encoding="utf-8", newline="") as stream:
        return sorted({row["smiles"] for row in csv.DictReader(stream)})


def drawn(smiles: str) -> Chem.Mol:
    molecule = Chem.MolFromSmiles(smiles)
    rdDepictor.Compute2DCoords(molecule)
    return molecule


def parent_of(text: str, notation: str) -> Parent:
    parent = standardise(text, notation)  # type: ignore[arg-type]
    assert isinstance(parent, Parent), (text, parent)
    return parent


@pytest.mark.parametrize("smiles", marine_structures()[::3])
def test_one_structure_in_every_notation(smiles: str) -> None:
    molecule = drawn(smiles)
    expected = standardise(smiles)
    assert isinstance(expected, Parent)
    for v3000 in (False, True):
        parent = parent_of(Chem.MolToMolBlock(molecule, forceV3000=v3000), "molblock")
        assert (parent.smiles, parent.inchikey) == (expected.smiles, expected.inchikey)
        assert parent.input_smiles == Chem.MolToSmiles(molecule)
    # An InChI holds no tautomer, so that the drawing may differ; the key may not. Nor does it hold
    # which atom is charged, and what neutralising makes of a cation may differ by its proton.
    parent = parent_of(Chem.MolToInchi(molecule), "inchi")
    length = 25 if "+" in expected.smiles else 27
    assert parent.inchikey[:length] == expected.inchikey[:length]
    assert not any(change.startswith("radical") for change in parent.changes)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("C[C@H](O)[C@@H](F)CC |&1:1,3|", ("AND group of 2 centres",)),
        ("C[C@H](O)CC |o1:1|", ("OR group of 1 centre",)),
        ("C[C@H](O)[C@@H](F)CC |o1:1,&1:3|", ("AND group of 1 centre", "OR group of 1 centre")),
        ("C[C@H](O)CC |a:1|", ()),
        ("C[C@H](O)CC", ()),
    ],
)
@pytest.mark.parametrize("notation", ["smiles", "molblock"])
def test_relative_stereochemistry_is_kept_as_drawn_and_noted(
    text: str, note: tuple[str, ...], notation: str
) -> None:
    structure = text if notation == "smiles" else Chem.MolToV3KMolBlock(drawn(text))
    parent = parent_of(structure, notation)
    assert parent.changes == tuple(f"relative stereochemistry kept as drawn ({n})" for n in note)
    assert parent.smiles == Chem.CanonSmiles(text.split(maxsplit=1)[0])
    assert parent.stereo == "defined"


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("C*C |$;_R1;$|", "an atom is a wildcard (*) or an R group"),
        ("CC(C)C |Sg:n:0,1:n:ht|", "part of the structure is a repeating unit (S-group SRU)"),
        ("CCCC |LN:1:1.3|", "part of the structure may repeat (link node LN)"),
    ],
)
def test_what_stands_for_many_structures_is_refused(text: str, detail: str) -> None:
    assert read_structure(text) == Problem("polymer_or_query", detail)


def test_query_atoms_of_a_molblock_are_refused() -> None:
    block = Chem.MolToMolBlock(Chem.MolFromSmarts("[!C]C"))
    assert read_structure(block, "molblock") == Problem(
        "polymer_or_query", "atom 1 (C) stands for several (a query feature)"
    )


@pytest.mark.parametrize("text", ["C[C]([OH])=[NH]", "CC(O)=N"])
def test_hydrogens_in_brackets_move_with_their_bond(text: str) -> None:
    parent = parent_of(text, "smiles")
    assert parent.smiles == "CC(N)=O"
    assert parent.changes == ("groups_normalised",)


def test_a_radical_is_kept_and_named() -> None:
    assert parent_of("CC1(C)CCCC(C)(C)N1[O]", "smiles").changes == (
        "radical: unpaired electrons at O",
    )
    assert parent_of("CC1(C)CCCC(C)(C)N1O |^1:10|", "smiles").changes == (
        "radical: unpaired electrons at O",
    )


def test_a_tail_that_cannot_be_read_is_noted() -> None:
    parent = parent_of("CCO |a", "smiles")
    assert parent.changes == ("CXSMILES extension not understood, left out",)


def test_unknown_notation_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="unknown notation"):
        read_structure("CC", "iupac")


def test_the_first_alternative_that_can_be_read_is_taken() -> None:
    found = read_preferred("C1CO", "smiles", ["smiles:C(", f"inchi:{ETHANOL}", "smiles:CC"])
    assert isinstance(found, Reading)
    assert found.smiles == "CCO"
    assert found.notes == ("structure taken from another column: unclosed ring 1 at position 2",)


def test_if_nothing_can_be_read_the_first_problem_counts() -> None:
    assert read_preferred("C1CO", "smiles", ["smiles:C(", "inchi:no"]) == Problem(
        "bad_smiles", "unclosed ring 1 at position 2"
    )


def test_a_structure_that_is_read_but_refused_is_not_replaced() -> None:
    found = read_preferred("*CO", "smiles", ["smiles:CCO"])
    assert isinstance(found, Problem)
    assert found.code == "polymer_or_query"
