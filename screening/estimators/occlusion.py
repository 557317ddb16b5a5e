"""What each atom adds to a prediction: the value with the atom, less the value without it.

The neighbours' part of the value is held, see `Scorer.effects`.

Riniker and Landrum 2013, J. Cheminform. 5:43, doi:10.1186/1758-2946-5-43, for fingerprints; here
the atom leaves the graph as well. The descriptors of the whole molecule stay as they are, so a
contribution is that of the atom's place and not of its weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import FindAtomEnvironmentOfRadiusN, Mol, MolFromSmiles

from screening.chem.fingerprints import morgan_environments
from screening.estimators.features import Features
from screening.estimators.scorer import Scorer


def atom_contributions(
    scorer: Scorer, parent_smiles: str, features: Features
) -> NDArray[np.float64]:
    """(n_atoms, n_endpoints) contributions, atoms in the order of the SMILES.

    On the scale of `Scorer.effects`: 0.7 for a class means that the odds are twice those of the
    structure without the atom. A structure of one heavy atom has nothing to compare with: 0.

    Parameters
    ----------
    parent_smiles : a standardised parent. features : of the same.
    """
    n_atoms = len(features.atoms)
    if n_atoms == 1:
        return np.zeros((1, len(scorer.endpoints)))
    environments = _environment_atoms(MolFromSmiles(parent_smiles))
    without = [_without(features, atom, environments) for atom in range(n_atoms)]
    effects = scorer.effects([features, *without])
    contributions: NDArray[np.float64] = effects[0] - effects[1:]
    return contributions


def _environment_atoms(mol: Mol) -> list[tuple[int, set[int]]]:
    """Bit and atoms of each environment that is counted in the fingerprint."""
    found = []
    for bit, centre, radius in morgan_environments(mol):
        bonds = FindAtomEnvironmentOfRadiusN(mol, radius, centre) if radius else []
        inside = [mol.GetBondWithIdx(bond) for bond in bonds]
        ends = {end for bond in inside for end in (bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())}
        found.append((bit, ends | {centre}))
    return found


def _without(
    features: Features, atom: int, environments: Sequence[tuple[int, set[int]]]
) -> Features:
    """The features less one atom, its bonds and every environment that it is part of."""
    left = np.arange(len(features.atoms)) != atom
    bonds_left = (features.bond_atoms != atom).all(axis=1)
    bond_atoms = features.bond_atoms[bonds_left]
    counts = dict(zip(features.bits.tolist(), features.counts.tolist(), strict=True))
    for bit, atoms in environments:
        if atom in atoms:
            counts[bit] = max(counts[bit] - 1, 0)
    bits = sorted(bit for bit, count in counts.items() if count)
    return replace(
        features,
        atoms=features.atoms[left],
        bond_atoms=(bond_atoms - (bond_atoms > atom)).astype(np.uint16),
        bonds=features.bonds[bonds_left],
        bits=np.array(bits, dtype=np.uint16),
        counts=np.array([counts[bit] for bit in bits], dtype=np.uint8),
    )
