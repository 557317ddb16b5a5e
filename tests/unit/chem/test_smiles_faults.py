from __future__ import annotations

import pytest

from screening.chem.smiles_faults import SmilesText


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("CC1CCCCCCCCCCCC3C", "unclosed ring 1 at position 3"),
        ("C1CCCCC1CCCCCCCC3C", "unclosed ring 3 at position 17"),
        ("C%12CC", "unclosed ring 12 at position 2"),
        ("C%(123)CC", "unclosed ring 123 at position 2"),
        ("C%1C", "'%' at position 2 needs a ring number of two digits"),
        ("C11", "ring 1 at position 3 closes on the atom that opened it"),
        ("C1C1", "ring 1 at position 4 joins two atoms that are bonded already"),
        ("1CC", "ring 1 at position 1 follows no atom"),
        ("C1CC(1)", "ring 1 at position 6 stands alone in a branch"),
        ("CC(C", "'(' at position 3 is never closed"),
        ("CC)C", "')' at position 3 has no '('"),
        ("C()C", "branch at position 2 is empty"),
        ("(C)C", "'(' at position 1 follows no atom"),
        ("CC[NH3+", "'[' at position 3 is never closed"),
        ("C[C@H(O)C[N]", "'[' at position 2 is never closed"),
        ("CN]C", "']' at position 3 has no '['"),
        ("C[Xx]C", "unknown element 'Xx' at position 3"),
        ("C[R1]", "unknown element 'R' at position 3"),
        ("C[{x}]", "unknown element '{' at position 3"),
        ("C[]", "atom without an element at position 3"),
        ("C[C@@@H](F)Cl", "character '@' at position 6 has no meaning in an atom"),
        ("C[nh]C", "character 'h' at position 4 has no meaning in an atom"),
        ("CC(=O)ONa", "Na at position 8 is written [Na] in SMILES"),
        ("CSeC", "Se at position 2 is written [Se] in SMILES"),
        ("CC!C", "character '!' at position 3 is not used in SMILES"),
        ("C==C", "two bonds in a row at position 3"),
        ("CC=", "bond '=' at position 3 leads to no atom"),
        ("C(=)C", "bond '=' at position 3 leads to no atom"),
        ("=CC", "bond '=' at position 1 comes from no atom"),
        ("CC.", "'.' at position 3 parts nothing"),
        ("C(.C)C", "'.' at position 3 parts nothing"),
    ],
)
def test_fault_and_place(text: str, fault: str) -> None:
    assert SmilesText(text).fault == fault


def test_positions_count_what_stood_before() -> None:
    assert SmilesText("C1CC", offset=10).fault == "unclosed ring 1 at position 12"


@pytest.mark.parametrize(
    "text",
    [
        "CC(=O)Oc1ccccc1C(=O)O",
        "C[C@@H](N)C(=O)[O-].[Na+]",
        "C%12CCC%12.[13CH4].C1.C1",
        r"F/C=C\F",
        "[NH4+].[Cl-:3].[O--].[Fe+3].[se]",
        "C=1CC=1.C->[Na].*C~C",
        "Sc1ccccc1.Cn.Nb",
    ],
)
def test_valid_text_has_no_fault(text: str) -> None:
    assert SmilesText(text).fault == ""


def test_atoms_are_placed_in_order() -> None:
    assert SmilesText("Cl[C@H](Br)c1ccccc1").atoms == [1, 3, 9, 12, 14, 15, 16, 17, 18]
