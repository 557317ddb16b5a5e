"""Molecules as graphs of small integers.

Atom and bond fields follow the choice of chemprop (Yang et al. 2019, J. Chem. Inf. Model.
59:3370, doi:10.1021/acs.jcim.9b00237) without chirality: the training labels are merged over
stereoisomers, so a network must not pretend to tell them apart.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import Bond, BondType, HybridizationType

from screening.chem.molecule_facts import MoleculeFacts

ELEMENTS = (6, 7, 8, 16, 9, 17, 35, 53, 15, 5, 14, 34, 33, 1)
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


_ELEMENT_FIELD = np.full(256, len(ELEMENTS), dtype=np.int64)
_ELEMENT_FIELD[list(ELEMENTS)] = np.arange(len(ELEMENTS))


def _atom_fields(facts: MoleculeFacts) -> NDArray[np.uint8]:
    """(n_atoms, 7) uint8 field indices."""
    _, smallest_ring = facts.atom_rings
    hybridisation = [_HYBRIDISATION.get(atom.GetHybridization(), 0) for atom in facts.atoms]
    # Of rings: 0 for none, 1 to 6 for sizes 3 to 8, 7 for larger (macrocycles).
    rows = (
        _ELEMENT_FIELD[facts.atomic_numbers],
        np.minimum(facts.degrees, 6),
        np.clip(facts.charges, -3, 3) + 3,
        np.minimum(facts.n_hydrogens, 4),
        hybridisation,
        facts.are_aromatic,
        np.maximum(np.minimum(smallest_ring, 9), 2) - 2,
    )
    return np.array(rows, dtype=np.uint8).T


def _bond_fields(bond: Bond) -> tuple[int, int, int]:
    return (
        _BOND_TYPES.get(bond.GetBondType(), 0),
        int(bond.GetIsConjugated()),
        int(bond.IsInRing()),
    )


def mol_graph(facts: MoleculeFacts) -> MolGraph:
    """Featurise one sanitised molecule with at least one atom."""
    get = facts.molecule.GetBondWithIdx
    every = [get(index) for index in range(facts.n_bonds)]
    ends = [(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in every]
    bonds = [_bond_fields(bond) for bond in every]
    return MolGraph(
        np.ascontiguousarray(_atom_fields(facts)),
        np.array(ends, dtype=np.uint16).reshape(-1, 2),
        np.array(bonds, dtype=np.uint8).reshape(-1, len(BOND_FIELD_SIZES)),
    )
