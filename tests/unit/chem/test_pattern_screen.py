from __future__ import annotations

import pytest
from rdkit import Chem

from screening.chem.molecule_facts import MoleculeFacts
from screening.chem.pattern_screen import PatternScreen
from screening.chem.recursive_smarts import (
    flattened,
    plain_choices,
    surroundings,
    without_surroundings,
)

SMARTS = [
    "[OX2H]",
    "C=O",
    "[#6][#6](=O)O",
    "C1OC1",
    "[CR]1[CR][CR][CR][CR][CR]1",
    "[$([CX3]=[OX1]),$([CX3]=S)]N",
    "[Cl,Br,I,$(OS(=O)=O)]C",
    "[N;!$(N-C=O)]",
    "C#N",
    "[$([CH2]),$([CH&$(C-F)])]=[CH2]",
    "[OH]C.[OH]C.[OH]C",
    "[*;r5]",
    "[C@H](F)Cl",
    "c1ccccc1-!@[#6]",
    "[13C]",
    "N~[#6]~*",
    "[v5]",
    "[H]O",
]
MOLECULES = [
    "CC(=O)Oc1ccccc1C(=O)O",
    "C1OC1CCl",
    "OCC(O)CO",
    "CN(C)C=O",
    "O=C1CCC(=S)N1",
    "C1CCCC1C#N",
    "FC=C",
    "C=C",
    "[H]OC",
    "[13CH3]N",
    "C[C@H](F)Cl",
    "COS(=O)(=O)O",
    "CP(=O)(O)O",
    "[Fe]<-N",
    "CCO.NCC#N",
    "C1CCCCC1",
    "[Na+]",
]


def screen_of_all() -> PatternScreen:
    return PatternScreen({"all": [Chem.MolFromSmarts(smarts) for smarts in SMARTS]})


def left(screen: PatternScreen, smiles: str) -> list[str]:
    facts = MoleculeFacts(Chem.MolFromSmiles(smiles))
    return [SMARTS[number] for number in screen.candidates(facts)["all"]]


@pytest.mark.parametrize("smiles", MOLECULES)
def test_no_pattern_that_matches_is_screened_out(smiles: str) -> None:
    molecule = Chem.MolFromSmiles(smiles)
    found = left(screen_of_all(), smiles)
    matching = [s for s in SMARTS if molecule.HasSubstructMatch(Chem.MolFromSmarts(s))]
    assert [smarts for smarts in matching if smarts not in found] == []


def test_what_cannot_match_is_screened_out() -> None:
    assert left(screen_of_all(), "CCO") == ["[OX2H]"]
    assert "[OH]C.[OH]C.[OH]C" not in left(screen_of_all(), "OCCO")
    assert "C1OC1" not in left(screen_of_all(), "C1CCOCC1")


def test_an_answer_does_not_depend_on_molecules_seen_before() -> None:
    used = screen_of_all()
    for smiles in [*MOLECULES, *reversed(MOLECULES)]:
        assert left(used, smiles) == left(screen_of_all(), smiles)


@pytest.mark.parametrize(
    ("smarts", "without"),
    [
        ("[C;!$(C=O)]", "[C;*]"),
        ("[$(C=O),$([#7]C)]", "[C,#7]"),
        ("[$([H]O)]", "[*]"),
        ("[$([C,N]O)]", "[*]"),
        ("[c;!H0,$(c-[#6;$(CO)])]", "[c;!H0,c]"),
        ("C", "C"),
    ],
)
def test_without_surroundings(smarts: str, without: str) -> None:
    assert without_surroundings(smarts) == without


def test_flattened_keeps_the_meaning() -> None:
    assert flattened("[$([CH2]),$([CH1&$(C-F)])]") == "[CH2,CH1&$(C-F)]"
    assert flattened("[$([C,N])]") == "[$([C,N])]"
    assert flattened("[C;!$([CH2])]") == "[C;!$([CH2])]"
    assert flattened("[$([CH2]C)]") == "[$([CH2]C)]"
    assert flattened("[$([H])]") == "[$([H])]"


def test_surroundings_and_choices() -> None:
    smarts = "[C,N;$(CO),Cl;$(CN)&$(CS);!$(CF)]"
    assert surroundings(smarts) == [[[], []], [["CO"], []], [["CN", "CS"]], [[]]]
    assert plain_choices(smarts) == "[C,N;Cl;$(CN)&$(CS);!$(CF)]"
