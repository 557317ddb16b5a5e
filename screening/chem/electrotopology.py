"""Electrotopological states and the descriptors made of them, each computed once a molecule.

Hall, Mohney and Kier 1991, doi:10.1021/ci00001a012; surface areas after Labute 2000,
doi:10.1016/S1093-3263(00)00068-1. Values are RDKit's to the last bit: sums are taken in its order.
"""

from __future__ import annotations

from functools import cache

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
_STATE_BINS, _SURFACE_BINS = np.array(estateBins), np.array(vsaBins)
# RDKit leaves out what is farther: other parts of the structure.
_FAR = 1e6


def state_indices(facts: MoleculeFacts) -> NDArray[np.float64]:
    """Electrotopological state of each atom, (n_atoms,) float64."""
    kinds = zip(facts.atomic_numbers, facts.n_hydrogens, facts.degrees, strict=True)
    intrinsic = np.array([_intrinsic_state(*kind) for kind in kinds])
    steps = facts.distances + 1
    change = (intrinsic - intrinsic[:, None]) / (steps * steps)
    if steps.max() >= _FAR:
        change[steps >= _FAR] = 0
    # Along the first axis NumPy adds row after row, as RDKit does.
    return np.asarray(np.add.reduce(change, axis=0) + intrinsic, dtype=np.float64)


@cache
def _intrinsic_state(number: int, n_hydrogens: int, degree: int) -> float:
    """State of an atom apart from all others."""
    if not degree:
        return 0.0
    valence = GetPeriodicTable().GetNOuterElecs(number) - n_hydrogens
    level = GetPrincipleQuantumNumber(number)
    return float((4.0 / (level * level) * valence + 1) / degree)


def extremes(states: NDArray[np.float64]) -> tuple[float, ...]:
    """Values of `EXTREMES`."""
    values = states.tolist()
    sizes = [abs(value) for value in values]
    return max(sizes), max(values), min(sizes), min(values)


def surface_sums(facts: MoleculeFacts, states: NDArray[np.float64]) -> list[float]:
    """Values of `SURFACE_SUMS`: surface by state, and state by surface."""
    areas = facts.surface_areas
    return [
        *sums_by_bin(states, _STATE_BINS, areas),
        *sums_by_bin(areas, _SURFACE_BINS, states),
    ]


def sums_by_bin(
    values: NDArray[np.float64], bins: NDArray[np.float64], added: NDArray[np.float64]
) -> list[float]:
    """Sums over the atoms whose value lies in each bin, in the order of the atoms.

    Parameters
    ----------
    values, added : (n_atoms,) float64.
    bins : (n_bins - 1,) float64, bounds between the bins, each part of the upper one.
    """
    places = bins.searchsorted(values, "right")
    sums: list[float] = np.bincount(places, added, len(bins) + 1).tolist()
    return sums
