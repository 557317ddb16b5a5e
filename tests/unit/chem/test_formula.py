from __future__ import annotations

from collections import Counter

import pytest
from rdkit import Chem

from screening.chem.formula import parse_formula, same_formula


@pytest.mark.parametrize(
    ("text", "components"),
    [
        ("C2H6O", [{"C": 2, "H": 6, "O": 1}]),
        (" C2 H6 O ", [{"C": 2, "H": 6, "O": 1}]),
        ("C₂H₆O", [{"C": 2, "H": 6, "O": 1}]),
        ("C<sub>2</sub>H<sub>6</sub>O", [{"C": 2, "H": 6, "O": 1}]),
        ("C2H8N+", [{"C": 2, "H": 8, "N": 1}]),
        ("[C2H8N]+", [{"C": 2, "H": 8, "N": 1}]),
        ("C2H7N.HCl", [{"C": 2, "H": 7, "N": 1}, {"H": 1, "Cl": 1}]),
        ("C2H7N·2HCl", [{"C": 2, "H": 7, "N": 1}, {"H": 2, "Cl": 2}]),
        ("Ca(C2H3O2)2", [{"Ca": 1, "C": 4, "H": 6, "O": 4}]),
        ("CD3OH", [{"C": 1, "H": 4, "O": 1}]),
        ("unknown", []),
        ("C2Xx3", []),
        ("", []),
    ],
)
def test_parse(text: str, components: list[dict[str, int]]) -> None:
    assert parse_formula(text) == tuple(Counter(counts) for counts in components)


@pytest.mark.parametrize(
    ("stated", "smiles", "same"),
    [
        ("C2H6O", "CCO", True),
        ("OC2H6", "CCO", True),
        ("C2H6O2", "CCO", False),
        ("C2H4O", "CCO", False),
        ("C2H4O2", "CC(=O)[O-].[Na+]", True),
        ("C2H3NaO2", "CC(=O)[O-].[Na+]", True),
        ("C2H3O2-", "CC(=O)O", True),
        ("C2H7N.HCl", "CCN", True),
        ("C2H7N", "CCN.Cl", True),
        ("C3H7N.HCl", "CCN.Cl", False),
        ("see text", "CCO", None),
    ],
)
def test_same_formula(stated: str, smiles: str, same: bool | None) -> None:
    assert same_formula(stated, Chem.MolFromSmiles(smiles)) is same
