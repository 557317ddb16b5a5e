"""The map keeps what is alike together, and survives what breaks t-SNE."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from screening.estimators.chemical_map import FEWEST, map_structures


def two_families(n: int) -> csr_array:
    """Counts of two families of `n` structures that share no bit."""
    random = np.random.default_rng(5)
    counts = np.zeros((2 * n, 64), dtype=np.uint8)
    counts[:n, :32] = random.integers(0, 4, (n, 32))
    counts[n:, 32:] = random.integers(0, 4, (n, 32))
    return csr_array(counts)


def test_families_lie_apart() -> None:
    found = map_structures(two_families(30))
    assert found is not None
    first, second = found.points[:30], found.points[30:]
    between = np.linalg.norm(first.mean(axis=0) - second.mean(axis=0))
    assert between > first.std() + second.std()
    assert found.points.min() >= 0
    assert found.points.max() <= 1
    assert found.first_two < found.variance <= 1 + 1e-6
    assert found.trustworthiness > 0.7


def test_the_same_structures_give_the_same_map() -> None:
    first, second = map_structures(two_families(20)), map_structures(two_families(20))
    assert first is not None
    assert second is not None
    assert np.array_equal(first.points, second.points)


@pytest.mark.parametrize("n", [0, 1, FEWEST - 1])
def test_too_few_make_no_map(n: int) -> None:
    assert map_structures(two_families(n)[:n]) is None


def test_equal_structures_are_one_point() -> None:
    """Of 40 equal rows alone, scikit-learn's t-SNE ends the process."""
    alike = csr_array(np.ones((40, 64), dtype=np.uint8))
    assert map_structures(alike) is None
    rows = two_families(20).toarray()
    doubled = map_structures(csr_array(np.vstack([rows, rows])))
    assert doubled is not None
    assert np.array_equal(doubled.points[:40], doubled.points[40:])
