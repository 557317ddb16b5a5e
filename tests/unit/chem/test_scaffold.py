from __future__ import annotations

import pytest
from rdkit import Chem

from screening.chem.scaffold import murcko_scaffold

# L- and D-menthol differ in stereochemistry alone.
MENTHOLS = ("CC(C)[C@@H]1CC[C@@H](C)C[C@H]1O", "CC(C)[C@H]1CC[C@H](C)C[C@@H]1O")


@pytest.mark.parametrize(
    ("smiles", "scaffold"),
    [
        ("NC1=NC(=O)N(C=C1)[C@@H]1O[C@H](CO)[C@@H](O)[C@@H]1O", "O=c1ncccn1C1CCCO1"),
        ("CCCCc1ccccc1", "c1ccccc1"),
        ("OC(=O)CCc1ccc(CCC2CCCC2)cc1", "c1ccc(CCC2CCCC2)cc1"),
        ("NCCS(O)(=O)=O", ""),
    ],
)
def test_scaffold(smiles: str, scaffold: str) -> None:
    assert murcko_scaffold(Chem.MolFromSmiles(smiles)) == scaffold


def test_isomers_share_a_scaffold() -> None:
    one, other = (murcko_scaffold(Chem.MolFromSmiles(smiles)) for smiles in MENTHOLS)
    assert one == other == "C1CCCCC1"


def test_the_molecule_given_is_not_altered() -> None:
    mol = Chem.MolFromSmiles(MENTHOLS[0])
    before = Chem.MolToSmiles(mol)
    murcko_scaffold(mol)
    assert Chem.MolToSmiles(mol) == before
