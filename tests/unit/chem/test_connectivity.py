from __future__ import annotations

import pytest
from rdkit import Chem
from rdkit.Chem import Descriptors

from screening.chem import connectivity
from screening.chem.molecule_facts import MoleculeFacts

SMILES = [
    "C",
    "CC",
    "CCC(C)C",
    "CCC(C)(C)C",
    "CCO.CC",
    "ClC=CBr",
    "C1CC1",
    "CC1OC1CN",
    "C1CC12CC2",
    "C1C2CC12",
    "C1CCC1",
    "OC1CCC1C",
    "C1C2CC1C2",
    "C1CC2C1CC2",
    "OC12CC1CC2",
    "C12CC1(C2)C",
    "C12C3C1C23",  # tetrahedrane
    "P12P3P1P23",
    "C12C3C4C1C5C2C3C45",  # cubane
    "C12C3C4C2C1C34",  # prismane
    "C1CC1C1CCC1c1ccccc1",
]


@pytest.mark.parametrize("smiles", SMILES)
def test_indices_are_rdkits(smiles: str) -> None:
    molecule = Chem.MolFromSmiles(smiles)
    functions = dict(Descriptors.descList)
    expected = [functions[name](molecule) for name in connectivity.INDICES]
    found = connectivity.indices(MoleculeFacts(molecule))
    # Zero stays zero, without rounding errors.
    assert found == pytest.approx(expected, rel=1e-12, abs=0)
