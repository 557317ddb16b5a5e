"""The characteristic polynomial of a molecular graph, for which RDKit multiplies dense matrices.

Each atom has four neighbours at most, so a product with the adjacency matrix is a sum of few rows.
RDKit's recurrence (`Graphs.CharacteristicPolynomial`) is numerically unstable: from about sixty
atoms on, the order of additions changes the result by a per cent, from eighty on the result is
rounding errors. So that values are RDKit's all the same, rows are added in the order in which the
dense product adds them; a process first makes sure that they are. Small graphs, where the
recurrence is exact to twelve digits, get the same coefficients from their roots, which is faster.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import Graphs, Mol
from scipy.sparse import csr_array

# Up to here the recurrence and the roots agree to 1e-12.
EXACT_ATOMS = 48
_WHOLE = 1e12
# Up to here a dense product is not cut into blocks, each summed apart.
BLOCK_ATOMS = 256
# Beyond, the dense products take a minute, and the time limit would lose the structure.
RDKIT_ATOMS = 400


def polynomial_of(molecule: Mol, adjacency: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Coefficients as RDKit has them, beyond `RDKIT_ATOMS` atoms but for rounding.

    Parameters
    ----------
    molecule : the molecule.
    adjacency : its adjacency matrix, (n_atoms, n_atoms) bool.
    """
    if len(adjacency) <= EXACT_ATOMS:
        return polynomial_from_roots(adjacency)
    if len(adjacency) > RDKIT_ATOMS or _adds_like_dense_product(adjacency):
        return characteristic_polynomial(adjacency)
    return np.asarray(Graphs.CharacteristicPolynomial(molecule, adjacency), dtype=np.float64)


def polynomial_from_roots(adjacency: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Coefficients from the values of the polynomial at the complex roots of unity.

    On the unit circle no value exceeds the sum of the coefficients, so errors are small against
    the largest of them.

    Parameters
    ----------
    adjacency : (n_atoms, n_atoms) bool, symmetric.

    Returns
    -------
    (n_atoms + 1,) float64, the first of them 1.
    """
    roots = np.linalg.eigvalsh(adjacency.astype(np.float64))
    n_points = len(roots) + 1
    points = np.exp(2j * np.pi / n_points * np.arange(n_points))
    values = (points[:, None] - roots).prod(axis=1)
    # Transformed, they are the coefficients of the powers, from the constant upwards.
    coefficients = np.fft.fft(values).real[::-1] / n_points
    # They are whole numbers, which shows as long as the largest leave digits for it.
    return np.rint(coefficients) if abs(coefficients).sum() < _WHOLE else coefficients


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
    neighbours = csr_array(adjacency.astype(np.float64))
    power = adjacency.astype(np.float64)
    diagonal = np.arange(n_atoms)
    for order in range(1, n_atoms + 1):
        coefficients[order] = 1.0 / order * power.trace()
        if not np.isfinite(coefficients[order]):
            break
        power[diagonal, diagonal] -= coefficients[order]
        power = np.asarray(neighbours @ power)
    coefficients[1:] *= -1
    return coefficients


def _adds_like_dense_product(adjacency: NDArray[np.bool_]) -> bool:
    """Whether RDKit's dense products add the terms of each row in the order of the atoms.

    Of two terms the order does not matter.
    """
    if len(adjacency) > BLOCK_ATOMS:
        return False
    out_of_order = ~_rows_in_order(len(adjacency))
    return not (adjacency.sum(axis=1)[out_of_order] > 2).any()


@cache
def _rows_in_order(n_atoms: int) -> NDArray[np.bool_]:
    """(n_atoms,) bool, rows of this machine's dense product that are added in order.

    A BLAS library may sum the last rows in parts, or use several threads, and round differently.
    """
    generator = np.random.default_rng(n_atoms)
    in_order = np.ones(n_atoms, dtype=bool)
    for _ in range(3):
        adjacency = np.zeros((n_atoms, n_atoms))
        atoms = np.repeat(np.arange(n_atoms), 4)
        adjacency[atoms, generator.integers(0, n_atoms, len(atoms))] = 1.0
        power = generator.normal(size=(n_atoms, n_atoms))
        added = np.asarray(csr_array(adjacency) @ power)
        in_order &= (np.dot(adjacency, power) == added).all(axis=1)
    return in_order
