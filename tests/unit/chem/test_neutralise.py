from __future__ import annotations

import pytest
from rdkit import Chem

from screening.chem.neutralise import neutralise
from screening.chem.normalise import normalise_groups


@pytest.mark.parametrize(
    ("charged", "neutral"),
    [
        ("CC(=O)[O-]", "CC(=O)O"),
        ("C[NH3+]", "CN"),
        ("[NH3+]CC(=O)[O-]", "NCC(=O)O"),
        ("C[N+](C)(C)CC(=O)[O-]", "C[N+](C)(C)CC(=O)[O-]"),
        ("C[N+](C)(C)CC(=O)O", "C[N+](C)(C)CC(=O)[O-]"),
        ("C[N+](C)(C)CCOP(=O)(O)O", "C[N+](C)(C)CCOP(=O)([O-])O"),
        # the sulfonic acid is the stronger one
        ("C[N+](C)(C)CC(C(=O)O)S(=O)(=O)O", "C[N+](C)(C)CC(C(=O)O)S(=O)(=O)[O-]"),
        ("C[N+](C)(C)CCO", "C[N+](C)(C)CCO"),
        ("O=[N+]([O-])c1ccccc1", "O=[N+]([O-])c1ccccc1"),
        ("[O-][n+]1ccccc1", "[O-][n+]1ccccc1"),
        # a charge of the whole ring has no atom that could take or lose the proton
        ("[CH-]1C=CC=C1", "c1cc[cH-]c1"),
        ("[O-]C(=O)[c-]1cccc1", "OC(=O)[c-]1cccc1"),
        ("c1ccc2[cH-]ccc2c1", "c1ccc2[cH-]ccc2c1"),
        ("C1=CC=C[CH+]C=C1", "c1ccc[cH+]cc1"),
        # what balances a carbocation stays charged
        ("[O-]c1ccc[cH+]cc1", "[O-]c1ccc[cH+]cc1"),
        ("C[CH+]C", "C[CH+]C"),
        # the charge of these carbanions has its place
        ("[c-]1ccccc1", "c1ccccc1"),
        ("CC(=O)[CH-]C(C)=O", "CC(=O)CC(C)=O"),
        ("[C-]#C", "C#C"),
    ],
)
def test_neutral_form(charged: str, neutral: str) -> None:
    molecule = Chem.MolFromSmiles(charged)
    assert Chem.MolToSmiles(neutralise(molecule)) == Chem.CanonSmiles(neutral)
    assert Chem.MolToSmiles(molecule) == Chem.CanonSmiles(charged)


@pytest.mark.parametrize(
    ("drawn", "normal"),
    [
        ("C[S+]([O-])C", "CS(C)=O"),
        ("CS(C)=O", "CS(C)=O"),
        ("C[S@@+]([O-])CC", "C[S@@](=O)CC"),
        ("C[Se+]([O-])C", "C[Se](C)=O"),
        ("CC(O)=NC", "CC(=O)NC"),
        ("OC1=NCCCC1", "O=C1NCCCC1"),
        ("Oc1ccccn1", "Oc1ccccn1"),  # aromatic tautomers are left as drawn
        ("CC(O)=C", "CC(O)=C"),
    ],
)
def test_normal_drawing(drawn: str, normal: str) -> None:
    result = normalise_groups(Chem.MolFromSmiles(drawn))
    assert Chem.MolToSmiles(result) == Chem.CanonSmiles(normal)
