"""The characteristic polynomial of a large molecular graph, which RDKit takes minutes for.

RDKit (`Graphs.CharacteristicPolynomial`) multiplies dense matrices, although each atom has four
neighbours at most; adding the neighbours' rows is ten times faster and mathematically the same.
The recurrence is numerically unstable: from about a hundred atoms on, the order of additions can
change the result by a per cent. RDKit's own sums are therefore kept wherever they are affordable.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import Graphs, Mol

# Up to here RDKit takes some seconds at most; beyond, the time limit would lose the structure.
RDKIT_ATOMS = 400


def polynomial_of(molecule: Mol, adjacency: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Coefficients as RDKit has them, and beyond `RDKIT_ATOMS` atoms by the faster sum.

    Parameters
    ----------
    molecule : the molecule.
    adjacency : its adjacency matrix, (n_atoms, n_atoms) bool.
    """
    if len(adjacency) > RDKIT_ATOMS:
        return characteristic_polynomial(adjacency)
    return np.asarray(Graphs.CharacteristicPolynomial(molecule, adjacency), dtype=np.float64)


def characteristic_polynomial(adjacency: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Coefficients of the characteristic polynomial, by Le Verrier, Faddeev and Frame.

    Trinajstić 1992, Chemical Graph Theory, 2nd edition, page 76. Once a coefficient passes the
    range of a 64-bit float, all that follow are NaN, as in RDKit.

    Parameters
    ----------
    adjacency : (n_atoms, n_atoms) bool, symmetric.

    Returns
    -------
    (n_atoms + 1,) float64, the first of them 1.
    """
    n_atoms = len(adjacency)
    coefficients = np.full(n_atoms + 1, np.nan)
    coefficients[0] = 1.0
    neighbours = _neighbours(adjacency)
    diagonal = np.arange(n_atoms)
    power = adjacency.astype(np.float64)
    # The last row stays zero, for atoms with fewer neighbours than others.
    reduced = np.zeros((n_atoms + 1, n_atoms))
    for order in range(1, n_atoms + 1):
        coefficients[order] = 1.0 / order * np.trace(power)
        if not np.isfinite(coefficients[order]):
            break
        reduced[:n_atoms] = power
        reduced[diagonal, diagonal] -= coefficients[order]
        power = np.zeros((n_atoms, n_atoms))
        for column in neighbours.T:
            power += reduced[column]
    coefficients[1:] *= -1
    return coefficients


def _neighbours(adjacency: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Neighbours of each atom, ascending, (n_atoms, most neighbours) int64, filled with n_atoms."""
    n_atoms = len(adjacency)
    most = int(adjacency.sum(axis=1).max(initial=0))
    table = np.full((n_atoms, most), n_atoms, dtype=np.int64)
    for atom, row in enumerate(adjacency):
        found = np.flatnonzero(row)
        table[atom, : len(found)] = found
    return table
