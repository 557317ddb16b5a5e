from __future__ import annotations

import pytest
from rdkit import Chem

from screening.chem.metals import (
    bound_metal,
    loose_metals,
    open_salt_bonds,
    sandwiched_metal,
    unusual_elements,
)


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


@pytest.mark.parametrize(
    ("smiles", "symbol"),
    [
        ("[CH-]1C=CC=C1.[CH-]1C=CC=C1.[Fe+2]", "Fe"),
        ("C=C[c-]1cccc1.[cH-]1cccc1.[Fe+2]", "Fe"),
        ("[Na+].c1cc[cH-]c1", ""),
        ("[Zn+2].[c-]1ccccc1", ""),
        ("[Fe+2].c1cc[n-]c1", ""),
        ("CCO", ""),
    ],
)
def test_sandwiched_metal(smiles: str, symbol: str) -> None:
    assert sandwiched_metal(Chem.MolFromSmiles(smiles)) == symbol


@pytest.mark.parametrize(
    ("smiles", "names"),
    [
        ("[Ni+2].CC", ["nickel"]),
        ("[Na+].CC(=O)[O-]", []),
        ("[Mg+2].c1cc[n-]c1.c1cc[n-]c1", ["magnesium"]),
        ("[Mg+2].CC(=O)[O-].CC(=O)[O-]", []),
        ("C[Hg]C.[Zn+2].[Fe]", ["iron", "zinc"]),
    ],
)
def test_loose_metals(smiles: str, names: list[str]) -> None:
    assert loose_metals(Chem.MolFromSmiles(smiles)) == names


@pytest.mark.parametrize(
    ("smiles", "symbols"),
    [
        ("C[As+](C)(C)CC(=O)[O-]", ["As"]),  # arsenobetaine
        ("C[Se]CC[C@H](N)C(=O)O", ["Se"]),  # selenomethionine
        ("CB(O)O[Si](C)(C)C", ["B", "Si"]),
        ("CC(=O)OCCl.[Na+]", []),
    ],
)
def test_unusual_elements(smiles: str, symbols: list[str]) -> None:
    assert unusual_elements(Chem.MolFromSmiles(smiles)) == symbols
