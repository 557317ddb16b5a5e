from __future__ import annotations

import random

import numpy as np
from rdkit import Chem
from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator

from screening.chem.map4 import map4_bytes
from screening.chem.molecule_facts import MoleculeFacts

# Residues in another order: the same small environments at other distances.
PEPTIDES = tuple(
    "NCC(=O)" + "NCC(=O)" * 3 + middle + "NCC(=O)" * 3 + "O"
    for middle in (
        "NC(CO)C(=O)" + "NCC(=O)" * 3 + "NC(CS)C(=O)",
        "NC(CO)C(=O)" + "NCC(=O)" * 2 + "NC(CS)C(=O)" + "NCC(=O)",
    )
)


def fingerprint(smiles: str) -> bytes:
    return map4_bytes(MoleculeFacts(Chem.MolFromSmiles(smiles)))


def on_bits(packed: bytes) -> set[int]:
    return set(np.flatnonzero(np.unpackbits(np.frombuffer(packed, np.uint8))).tolist())


def test_bits_depend_neither_on_the_order_of_atoms_nor_on_stereochemistry() -> None:
    molecule = Chem.MolFromSmiles("CC(=O)Nc1ccc(OC[C@H]2CO2)cc1C#N")
    order = list(range(molecule.GetNumAtoms()))
    random.Random(4).shuffle(order)
    renumbered = Chem.RenumberAtoms(molecule, order)
    one, other = (on_bits(map4_bytes(MoleculeFacts(m))) for m in (molecule, renumbered))
    assert one == other
    flat = Chem.Mol(molecule)
    Chem.RemoveStereochemistry(flat)
    assert on_bits(map4_bytes(MoleculeFacts(flat))) == one


def test_large_molecules_are_told_apart_where_morgan_cannot() -> None:
    morgan = GetMorganGenerator(radius=2, fpSize=2048)
    one, other = (morgan.GetFingerprint(Chem.MolFromSmiles(smiles)) for smiles in PEPTIDES)
    assert one == other
    assert fingerprint(PEPTIDES[0]) != fingerprint(PEPTIDES[1])


def test_one_atom_has_no_pair_and_two_have_one_for_each_radius() -> None:
    def n_bits(smiles: str) -> int:
        return len(on_bits(fingerprint(smiles)))

    assert n_bits("C") == 0
    assert 1 <= n_bits("CO") <= 2
    assert len(fingerprint("CO")) == 256
