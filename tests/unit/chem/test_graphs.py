from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem, DataStructs
from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator

from screening.chem.fingerprints import MORGAN_BITS, morgan_counts
from screening.chem.graphs import ATOM_FIELD_SIZES, BOND_FIELD_SIZES, mol_graph
from screening.chem.molecule_facts import MoleculeFacts

PEDERIN_LIKE = "COC(NC(=O)C(O)C1(OC)CC(=C)C(C)C(C)O1)C1CC(O)C(C)(C)C(CC(CO)OC)O1"
SMILES = ["C", "CCO", "c1ccncc1", PEDERIN_LIKE, "OS(=O)(=O)c1ccc(Br)cc1", "[O-][N+](=O)c1ccccc1"]


@pytest.mark.parametrize("smiles", SMILES)
def test_shapes_and_ranges(smiles: str) -> None:
    mol = Chem.MolFromSmiles(smiles)
    graph = mol_graph(MoleculeFacts(mol))
    assert graph.atoms.shape == (mol.GetNumAtoms(), len(ATOM_FIELD_SIZES))
    assert graph.bond_atoms.shape == (mol.GetNumBonds(), 2)
    assert graph.bonds.shape == (mol.GetNumBonds(), len(BOND_FIELD_SIZES))
    assert (graph.atoms < np.array(ATOM_FIELD_SIZES)).all()
    assert (graph.bonds < np.array(BOND_FIELD_SIZES)).all()


def test_every_field_stays_in_range_for_odd_atoms() -> None:
    mol = Chem.MolFromSmiles("[U]C1CCCCCCCCCCC1[SiH2][N+](C)(C)C", sanitize=True)
    graph = mol_graph(MoleculeFacts(mol))
    assert (graph.atoms < np.array(ATOM_FIELD_SIZES)).all()
    assert graph.atoms[:, 6].max() == ATOM_FIELD_SIZES[6] - 1  # the twelve-membered ring


def test_stereoisomers_share_one_graph() -> None:
    molecules = [Chem.MolFromSmiles(text) for text in ("C[C@H](N)O", "C[C@@H](N)O")]
    left, right = (mol_graph(MoleculeFacts(molecule)) for molecule in molecules)
    assert all(np.array_equal(a, b) for a, b in zip(left, right, strict=True))


@pytest.mark.parametrize("smiles", SMILES)
def test_bins_are_those_of_rdkits_bit_fingerprint(smiles: str) -> None:
    mol = Chem.MolFromSmiles(smiles)
    expected = GetMorganGenerator(radius=2, fpSize=MORGAN_BITS).GetFingerprint(mol)
    found = morgan_counts(mol)
    assert list(found.bits) == list(expected.GetOnBits())
    assert (found.counts >= 1).all()
    assert DataStructs.TanimotoSimilarity(expected, expected) == 1
