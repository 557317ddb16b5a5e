"""The characteristic polynomial of a molecular graph, for which RDKit multiplies dense matrices.

Each atom has four neighbours at most, so a product with the adjacency matrix is a sum of few rows.
RDKit's recurrence (`Graphs.CharacteristicPolynomial`) works on whole numbers. While a 64-bit float
holds them it is exact, and the coefficients come from the roots, which is faster. Larger numbers
are rounded, the recurrence multiplies the errors, and with some eighty atoms its result is rounding
errors alone. So that values are RDKit's all the same, rows are then added in the order in which the
dense product adds them; a process first makes sure that they are.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import Graphs, Mol
from scipy.sparse import csr_array

# Up to this sum of coefficients the recurrence agrees with the roots to 1e-10, whatever the graph:
# what it holds on the way stays below 2**53.
_EXACT_SUM = 1e14
# Larger graphs pass that sum, and finding roots would be in vain.
EXACT_ATOMS = 72
_WHOLE = 1e12
# Columns that a BLAS library takes at a time; the last ones, fewer than that, it may sum otherwise.
_COLUMNS = 8
# Beyond, the dense products take a minute, and the time limit would lose the structure.
RDKIT_ATOMS = 400


def polynomial_of(molecule: Mol, adjacency: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Coefficients as RDKit has them, beyond `RDKIT_ATOMS` atoms but for rounding.

    Parameters
    ----------
    molecule : the molecule.
    adjacency : its adjacency matrix, (n_atoms, n_atoms) bool.
    """
    n_atoms = len(adjacency)
    if n_atoms <= EXACT_ATOMS:
        coefficients = polynomial_from_roots(adjacency)
        if abs(coefficients).sum() < _EXACT_SUM:
            return coefficients
    if n_atoms > RDKIT_ATOMS:
        return characteristic_polynomial(adjacency)
    n_dense = _n_dense_columns(n_atoms)
    if n_dense is None:
        return np.asarray(Graphs.CharacteristicPolynomial(molecule, adjacency), dtype=np.float64)
    return characteristic_polynomial(adjacency, n_dense)


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
    values = (_roots_of_unity(len(roots) + 1)[:, None] - roots).prod(axis=1)
    # Transformed, they are the coefficients of the powers, from the constant upwards.
    coefficients = np.fft.irfft(values, len(roots) + 1)[::-1]
    # They are whole numbers, which shows as long as the largest leave digits for it.
    return np.rint(coefficients) if abs(coefficients).sum() < _WHOLE else coefficients


@cache
def _roots_of_unity(n: int) -> NDArray[np.complex128]:
    """Half of the complex roots, in the order of a discrete transform; the rest are conjugates."""
    return np.asarray(np.exp(-2j * np.pi / n * np.arange(n // 2 + 1)), dtype=np.complex128)


def characteristic_polynomial(
    adjacency: NDArray[np.bool_], n_dense: int = 0
) -> NDArray[np.float64]:
    """Coefficients of the characteristic polynomial, by Le Verrier, Faddeev and Frame.

    Trinajstić 1992, Chemical Graph Theory, 2nd edition, page 76. Once a coefficient passes the
    range of a 64-bit float, all that follow are NaN, as in RDKit.

    Parameters
    ----------
    adjacency : (n_atoms, n_atoms) bool, symmetric.
    n_dense : so many of the last columns are taken from a dense product.

    Returns
    -------
    (n_atoms + 1,) float64, the first of them 1.
    """
    n_atoms = len(adjacency)
    coefficients = np.full(n_atoms + 1, np.nan)
    coefficients[0] = 1.0
    power = adjacency.astype(np.float64)
    multiply = _product_with(power, n_dense)
    for order in range(1, n_atoms + 1):
        diagonal = np.einsum("ii->i", power)  # a view
        coefficient = 1.0 / order * float(np.add.reduce(diagonal))
        coefficients[order] = coefficient
        if not math.isfinite(coefficient):
            break
        diagonal -= coefficient
        power = multiply(power)
    coefficients[1:] *= -1
    return coefficients


def _product_with(
    adjacency: NDArray[np.float64], n_dense: int
) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Multiplication from the left with an adjacency matrix, the last columns densely."""
    neighbours = csr_array(adjacency)
    dense = adjacency.copy()

    def multiply(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
        product = np.asarray(neighbours @ matrix)
        if n_dense:
            product[:, -n_dense:] = np.dot(dense, matrix[:, -n_dense:])
        return product

    return multiply


@cache
def _n_dense_columns(n_atoms: int) -> int | None:
    """How many columns must be multiplied densely to round like this machine's dense product.

    A BLAS library may sum the last columns in parts, or use several threads or blocks, and round
    differently. None where some columns are not as those of the whole product either way.
    """
    for n_dense in (0, _COLUMNS + n_atoms % _COLUMNS):
        generator = np.random.default_rng(n_atoms)
        if all(_rounds_alike(n_atoms, n_dense, generator) for _ in range(3)):
            return n_dense
    return None


def _rounds_alike(n_atoms: int, n_dense: int, generator: np.random.Generator) -> bool:
    """Whether both products of a random graph and matrix are equal to the last bit."""
    adjacency = np.zeros((n_atoms, n_atoms))
    atoms = np.repeat(np.arange(n_atoms), 4)
    adjacency[atoms, generator.integers(0, n_atoms, len(atoms))] = 1.0
    matrix = generator.normal(size=(n_atoms, n_atoms))
    multiply = _product_with(adjacency, n_dense)
    return np.array_equal(multiply(matrix), np.dot(adjacency, matrix))
