from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import Graphs
from threadpoolctl import threadpool_limits

from screening.chem.characteristic_polynomial import (
    EXACT_ATOMS,
    characteristic_polynomial,
    polynomial_of,
)

SMILES = [
    "C",
    "CC",
    "C1CC1",
    "CC(C)(C)C",
    "C1CC2CCC1C2",
    "O=C1C=C(C)CCC=CC=CC(C)CCC2CC(O1)CC(O)(O2)C1CSC(=O)N1",
    "C12C3C4C1C5C2C3C45",  # cubane
    "OS(=O)(=O)CCN",
    "N" + "CC(=O)N" * 40 + "CC(=O)O",
    "CCO.CC",
]


def adjacency(smiles: str) -> np.ndarray:
    return np.equal(Chem.GetDistanceMatrix(Chem.MolFromSmiles(smiles), False), 1)


@pytest.mark.parametrize("smiles", SMILES)
def test_coefficients_are_rdkits(smiles: str) -> None:
    matrix = adjacency(smiles)
    # With several threads RDKit's dense products add in another order.
    with threadpool_limits(1):
        expected = Graphs.CharacteristicPolynomial(Chem.MolFromSmiles(smiles), matrix)
        found = polynomial_of(Chem.MolFromSmiles(smiles), matrix)
    if len(matrix) > EXACT_ATOMS:
        np.testing.assert_array_equal(found, expected)
    size = abs(expected).sum()
    for coefficients in (found, characteristic_polynomial(matrix)):
        np.testing.assert_allclose(coefficients, expected, rtol=1e-9, atol=1e-12 * size)


def test_a_large_structure_takes_seconds() -> None:
    matrix = adjacency("C" * 450)
    found = polynomial_of(Chem.MolFromSmiles("C" * 450), matrix)
    # A chain's coefficients alternate between 0 and binomials: x**n - (n - 1) x**(n - 2) + ...
    np.testing.assert_array_equal(found[:4], [1.0, 0.0, -449.0, 0.0])


def test_ethane_by_hand() -> None:
    # The eigenvalues of two bonded atoms are 1 and -1: x**2 - 1.
    np.testing.assert_array_equal(characteristic_polynomial(adjacency("CC")), [1.0, 0.0, -1.0])


def test_the_matrix_is_not_altered() -> None:
    matrix = adjacency("CC(C)C")
    before = matrix.copy()
    characteristic_polynomial(matrix)
    np.testing.assert_array_equal(matrix, before)
