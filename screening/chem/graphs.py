"""Molecules as graphs of small integers.

Atom and bond fields follow the choice of chemprop (Yang et al. 2019, J. Chem. Inf. Model.
59:3370, doi:10.1021/acs.jcim.9b00237) without chirality: the training labels are merged over
stereoisomers, so a network must not pretend to tell them apart.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import Atom, Bond, BondType, HybridizationType, Mol

ELEMENTS = (6, 7, 8, 16, 9, 17, 35, 53, 15, 5, 14, 34, 33, 1)
_ELEMENT_INDEX = {number: index for index, number in enumerate(ELEMENTS)}
_HYBRIDISATION = {
    HybridizationType.SP: 1,
    HybridizationType.SP2: 2,
    HybridizationType.SP3: 3,
}
_BOND_TYPES = {
    BondType.SINGLE: 1,
    BondType.DOUBLE: 2,
    BondType.TRIPLE: 3,
    BondType.AROMATIC: 4,
}
ATOM_FIELD_SIZES = (len(ELEMENTS) + 1, 7, 7, 5, 4, 2, 8)
"""Element, degree, formal charge, hydrogens, hybridisation, aromatic, smallest ring."""
BOND_FIELD_SIZES = (5, 2, 2)
"""Bond type, conjugated, in a ring."""


class MolGraph(NamedTuple):
    """One molecule: heavy atoms and undirected bonds.

    atoms : (n_atoms, 7) uint8 field indices.
    bond_atoms : (n_bonds, 2) uint16 atom indices.
    bonds : (n_bonds, 3) uint8 field indices.
    """

    atoms: NDArray[np.uint8]
    bond_atoms: NDArray[np.uint16]
    bonds: NDArray[np.uint8]


def _atom_fields(atom: Atom, smallest_ring: int) -> tuple[int, ...]:
    return (
        _ELEMENT_INDEX.get(atom.GetAtomicNum(), len(ELEMENTS)),
        min(atom.GetDegree(), 6),
        min(max(atom.GetFormalCharge(), -3), 3) + 3,
        min(atom.GetTotalNumHs(), 4),
        _HYBRIDISATION.get(atom.GetHybridization(), 0),
        int(atom.GetIsAromatic()),
        smallest_ring,
    )


def _bond_fields(bond: Bond) -> tuple[int, int, int]:
    return (
        _BOND_TYPES.get(bond.GetBondType(), 0),
        int(bond.GetIsConjugated()),
        int(bond.IsInRing()),
    )


def _smallest_rings(mol: Mol) -> list[int]:
    """Smallest ring of each atom: 0 none, 1 to 6 for sizes 3 to 8, 7 for larger (macrocycles)."""
    sizes = [0] * mol.GetNumAtoms()
    for ring in mol.GetRingInfo().AtomRings():
        code = min(len(ring), 9) - 2
        for index in ring:
            if sizes[index] == 0 or code < sizes[index]:
                sizes[index] = code
    return sizes


def mol_graph(mol: Mol) -> MolGraph:
    """Featurise one sanitised molecule with at least one atom."""
    rings = _smallest_rings(mol)
    atoms = [_atom_fields(atom, rings[atom.GetIdx()]) for atom in mol.GetAtoms()]
    ends = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in mol.GetBonds()]
    bonds = [_bond_fields(bond) for bond in mol.GetBonds()]
    return MolGraph(
        np.array(atoms, dtype=np.uint8).reshape(-1, len(ATOM_FIELD_SIZES)),
        np.array(ends, dtype=np.uint16).reshape(-1, 2),
        np.array(bonds, dtype=np.uint8).reshape(-1, len(BOND_FIELD_SIZES)),
    )
