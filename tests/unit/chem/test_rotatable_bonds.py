from __future__ import annotations

import pytest
from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

from screening.chem.molecule_facts import MoleculeFacts
from screening.chem.rotatable_bonds import n_rotatable_bonds

SMILES = [
    "CCCC",
    "CC#CCC",
    "CC(C)(C)CC",
    "CCC(C)(C)CC",
    "FC(F)(F)C(F)(F)CC",
    "ClC(Cl)(Cl)C(O)OCC",
    "BrC(Br)(Br)COC",
    "CCNC(=O)CC",
    "CCN(C)C(=O)NCC",
    "CCOC(=O)CC",
    "CCSC(=O)CC",
    "CC(=O)S",
    "CCC(=[N+](C)C)N(C)CC",
    "CCC(=S)NCC",
    "CNC(=O)C(=O)NC",
    "NNC(=O)OCC",
    "CC(=O)n1cccc1",
    "O=C1CCCCN1C(=O)CC",
    "CCS(=O)(=O)NCC",
    "c1ccccc1-c1ccccc1",
    "C[Si](C)(C)CC",
    "[Na+].CCC(=O)[O-]",
    "[H]C([H])CC",
    "[Fe]<-NCCC",
    "C",
    "C" * 600,
]


@pytest.mark.parametrize("smiles", SMILES)
def test_the_number_is_rdkits(smiles: str) -> None:
    molecule = Chem.MolFromSmiles(smiles)
    expected = rdMolDescriptors.CalcNumRotatableBonds(molecule)
    assert n_rotatable_bonds(MoleculeFacts(molecule)) == expected
