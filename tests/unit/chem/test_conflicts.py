from __future__ import annotations

import pytest

from screening.chem.conflicts import find_conflicts
from screening.chem.inchi import inchikey
from screening.chem.notation import read_structure
from screening.chem.reading import Reading
from screening.chem.standardise import Parent, standardise_reading

L_ALANINE = "C[C@H](N)C(=O)O"
L_KEY = "QNAYBMKLOCPYGJ-REOHCLBHSA-N"
D_KEY = "QNAYBMKLOCPYGJ-UWTATZPHSA-N"
GLYCINE_KEY = "DHMQDGOQFOQNFH-UHFFFAOYSA-N"
SALT = "C[C@H](N)C(=O)[O-].[Na+]"


def conflicts(structure: str, *alternatives: str, key: str = "", formula: str = "") -> list[str]:
    reading = read_structure(structure)
    assert isinstance(reading, Reading)
    parent = standardise_reading(reading)
    assert isinstance(parent, Parent)
    return find_conflicts(
        reading, parent, stated_inchikey=key, stated_formula=formula, alternatives=alternatives
    )


def test_nothing_stated() -> None:
    assert conflicts(L_ALANINE) == []


@pytest.mark.parametrize(
    ("tail", "told"),
    [
        ("&1:1,3", "AND group of 2 centres"),
        ("o1:1,3", "OR group of 2 centres"),
        ("&1:1,o2:3", "AND group of 1 centre, OR group of 1 centre"),
    ],
)
def test_a_racemate_is_no_absolute_isomer(tail: str, told: str) -> None:
    assert conflicts(f"C[C@H](O)[C@@H](N)CC |{tail}|") == [
        f"stereochemistry: racemic or relative ({told}), drawn as one isomer"
    ]


@pytest.mark.parametrize("tail", ["", " |a:1,3|"])
def test_absolute_stereochemistry_is_no_conflict(tail: str) -> None:
    assert conflicts(f"C[C@H](O)[C@@H](N)CC{tail}") == []


@pytest.mark.parametrize("key", [L_KEY, f" {L_KEY}\n", f"InChIKey={L_KEY}", L_KEY.lower()])
def test_the_same_key_however_it_is_written(key: str) -> None:
    assert conflicts(L_ALANINE, key=key) == []


def test_another_skeleton() -> None:
    assert conflicts(L_ALANINE, key=GLYCINE_KEY) == [
        f"stated InChIKey {GLYCINE_KEY}, the structure gives {L_KEY}"
    ]


def test_another_stereoisomer_is_told_from_another_structure() -> None:
    assert conflicts(L_ALANINE, key=D_KEY) == [
        f"stated InChIKey {D_KEY}, the structure gives {L_KEY} "
        "(the same skeleton: stereochemistry, isotopes or charge differ)"
    ]


def test_the_key_of_a_salt_may_be_that_of_the_salt_or_of_its_parent() -> None:
    reading = read_structure(SALT)
    assert isinstance(reading, Reading)
    assert conflicts(SALT, key=inchikey(reading.molecule)) == []
    assert conflicts(SALT, key=L_KEY) == []
    assert len(conflicts(SALT, key=GLYCINE_KEY)) == 1


def test_text_that_is_no_key() -> None:
    assert conflicts(L_ALANINE, key="QNAYBMKLOCPYGJ") == [
        "stated InChIKey 'QNAYBMKLOCPYGJ' is none"
    ]


def test_formula() -> None:
    assert conflicts(L_ALANINE, formula="C3H7NO2") == []
    assert conflicts(L_ALANINE, formula="C3 H9 N O2") == [
        "stated formula C3 H9 N O2, the structure has C3H7NO2"
    ]


@pytest.mark.parametrize(
    "alternative",
    [
        "smiles:CC(N)C(=O)O",
        "smiles:[Na+].CC(N)C(=O)[O-]",
        "inchi:InChI=1S/C3H7NO2/c1-2(4)3(5)6/h2H,4H2,1H3,(H,5,6)/t2-/m1/s1",
        "smiles:C1CC",
        "inchi:unreadable",
    ],
)
def test_columns_that_agree_or_cannot_be_read(alternative: str) -> None:
    assert conflicts(L_ALANINE, alternative) == []


def test_columns_that_give_another_structure() -> None:
    glycine = "InChI=1S/C2H5NO2/c3-1-2(4)5/h1,3H2,(H,4,5)"
    assert conflicts(L_ALANINE, "smiles:NCC(=O)O", f"inchi:{glycine}", "smiles:OC(=O)CN") == [
        f"another column (SMILES) gives another structure: {GLYCINE_KEY}",
        f"another column (InChI) gives another structure: {GLYCINE_KEY}",
    ]
