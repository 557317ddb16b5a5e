from __future__ import annotations

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import Graphs
from rdkit.ML.InfoTheory.rdInfoTheory import InfoEntropy
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


@pytest.mark.parametrize("n_atoms", [49, 60, 66, 74, 76, 80, 90, 97, 104, 106, 130, 152])
def test_sizes_that_a_dense_product_cuts_differently(n_atoms: int) -> None:
    # Chains of rings with branches; the last columns of some sizes are summed in another order.
    smiles = ("C1CC(C)CC(O)C1" * n_atoms)[: 14 * (n_atoms // 8)]
    smiles += "C" * (n_atoms - Chem.MolFromSmiles(smiles).GetNumAtoms())
    molecule, matrix = Chem.MolFromSmiles(smiles), adjacency(smiles)
    assert len(matrix) == n_atoms
    with threadpool_limits(1):
        expected = Graphs.CharacteristicPolynomial(molecule, matrix)
        found = polynomial_of(molecule, matrix)
    if n_atoms > EXACT_ATOMS:
        np.testing.assert_array_equal(found, expected)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12 * abs(expected).sum())


@pytest.mark.parametrize("n_neighbours", [3, 4])
@pytest.mark.parametrize("n_atoms", [40, 56, 64, 70])
def test_dense_cages_outgrow_whole_numbers_earlier(n_atoms: int, n_neighbours: int) -> None:
    generator = np.random.default_rng(n_atoms)
    ends = generator.permutation(np.repeat(np.arange(n_atoms), n_neighbours)).reshape(-1, 2)
    matrix = np.zeros((n_atoms, n_atoms), dtype=bool)
    matrix[ends[:, 0], ends[:, 1]] = matrix[ends[:, 1], ends[:, 0]] = True
    np.fill_diagonal(matrix, False)
    molecule = Chem.MolFromSmiles("C" * n_atoms)  # RDKit takes only the number of atoms from it
    with threadpool_limits(1):
        expected = abs(np.array(Graphs.CharacteristicPolynomial(molecule, matrix)))
        found = abs(polynomial_of(molecule, matrix))
    assert found.sum() == pytest.approx(expected.sum(), rel=1e-9)
    assert InfoEntropy(found) == pytest.approx(InfoEntropy(expected), rel=1e-9)


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
