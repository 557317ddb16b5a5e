"""Electrotopological states and the descriptors made of them, each computed once a molecule.

Hall, Mohney and Kier 1991, doi:10.1021/ci00001a012; surface areas after Labute 2000,
doi:10.1016/S1093-3263(00)00068-1. Values are RDKit's to the last bit: sums are taken in its order.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import GetPeriodicTable
from rdkit.Chem.EState.EState import GetPrincipleQuantumNumber
from rdkit.Chem.EState.EState_VSA import estateBins, vsaBins

from screening.chem.molecule_facts import MoleculeFacts

EXTREMES = ("MaxAbsEStateIndex", "MaxEStateIndex", "MinAbsEStateIndex", "MinEStateIndex")
SURFACE_SUMS = (
    *(f"EState_VSA{number + 1}" for number in range(len(estateBins) + 1)),
    *(f"VSA_EState{number + 1}" for number in range(len(vsaBins) + 1)),
)
# RDKit leaves out what is farther: other parts of the structure.
_FAR = 1e6


def state_indices(facts: MoleculeFacts) -> NDArray[np.float64]:
    """Electrotopological state of each atom, (n_atoms,) float64."""
    table = GetPeriodicTable()
    intrinsic = np.zeros(facts.n_atoms)
    for index, (number, n_hydrogens, degree) in enumerate(
        zip(facts.atomic_numbers, facts.n_hydrogens, facts.degrees, strict=True)
    ):
        if degree:
            valence = table.GetNOuterElecs(number) - n_hydrogens
            level = GetPrincipleQuantumNumber(number)
            intrinsic[index] = (4.0 / (level * level) * valence + 1) / degree
    steps = facts.distances + 1
    change = (intrinsic - intrinsic[:, None]) / (steps * steps)
    change[steps >= _FAR] = 0
    # Along the first axis NumPy adds row after row, as RDKit does.
    return np.asarray(np.add.reduce(change, axis=0) + intrinsic, dtype=np.float64)


def extremes(states: NDArray[np.float64]) -> tuple[float, ...]:
    """Values of `EXTREMES`."""
    sizes = abs(states)
    return max(sizes), max(states), min(sizes), min(states)


def surface_sums(facts: MoleculeFacts, states: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of `SURFACE_SUMS`: surface by state, and state by surface."""
    areas = facts.surface_areas
    return np.concatenate(
        [
            np.bincount(np.searchsorted(estateBins, states, "right"), areas, len(estateBins) + 1),
            np.bincount(np.searchsorted(vsaBins, areas, "right"), states, len(vsaBins) + 1),
        ]
    )
