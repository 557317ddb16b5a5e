"""Connectivity (chi) and shape (kappa) indices from sums over matrices instead of lists of paths.

Hall and Kier 1991, Reviews in Computational Chemistry 2:367, doi:10.1002/9780470125793.ch9. RDKit
lists all paths of each length again for each index. Without rings of three or four atoms no path
of up to four bonds comes back to itself, and sums over paths are products of sums over neighbours.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import GetPeriodicTable, rdMolDescriptors

from screening.chem.molecule_facts import MoleculeFacts

INDICES = (
    *("Chi0", "Chi1", "Chi0n", "Chi1n", "Chi2n", "Chi3n", "Chi4n"),
    *("Chi0v", "Chi1v", "Chi2v", "Chi3v", "Chi4v"),
    *("HallKierAlpha", "Kappa1", "Kappa2", "Kappa3", "Phi"),
)


def can_be_summed(facts: MoleculeFacts) -> bool:
    """Whether `indices` holds for the molecule."""
    return min(map(len, facts.rings), default=5) > 4 and 0 not in facts.atomic_numbers


def indices(facts: MoleculeFacts) -> list[float]:
    """Values of `INDICES`.

    Parameters
    ----------
    facts : of a molecule for which `can_be_summed` holds.
    """
    orders = facts.orders
    bonded = (orders > 0).astype(np.float64)
    lower, higher = np.array(facts.bonds[:2], dtype=np.int64)
    plain, valence = (_inverse_roots(deltas) for deltas in _deltas(facts))
    degree = _inverse_roots(np.array(facts.degrees, dtype=np.float64))
    chi_n, chi_v, n_paths = _path_sums(
        np.array([plain, valence, np.ones(facts.n_atoms)]), bonded, lower, higher
    ).T.tolist()
    alpha = rdMolDescriptors.CalcHallKierAlpha(facts.molecule)
    kappa_1, kappa_2, kappa_3 = _kappas(facts.n_heavy, alpha, n_paths[1:4])
    return [
        float(degree.sum()),
        float((degree[lower] * degree[higher]).sum()),
        *chi_n,
        *chi_v,
        alpha,
        kappa_1,
        kappa_2,
        kappa_3,
        kappa_1 * kappa_2 / facts.n_heavy,
    ]


def _deltas(facts: MoleculeFacts) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Outer electrons that bind no hydrogen, plain and by Kier and Hall's valence."""
    table = GetPeriodicTable()
    numbers = np.array(facts.atomic_numbers)
    outer = np.array([table.GetNOuterElecs(number) for number in facts.atomic_numbers])
    free = (outer - np.array(facts.n_hydrogens)).astype(np.float64)
    return free, np.where(numbers > 10, free / (numbers - outer - 1), free)


def _inverse_roots(deltas: NDArray[np.float64]) -> NDArray[np.float64]:
    roots = np.zeros(len(deltas))
    np.divide(1.0, np.sqrt(deltas), out=roots, where=deltas != 0)
    return roots


def _path_sums(
    weights: NDArray[np.float64],
    bonded: NDArray[np.float64],
    lower: NDArray[np.int64],
    higher: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Sums, over all paths of 0 to 4 bonds, of the product of the path's weights.

    Parameters
    ----------
    weights : (n_weights, n_atoms) float64.
    bonded : (n_atoms, n_atoms) float64, 1 for a bond.
    lower, higher : (n_bonds,) int64, atoms of the bonds.

    Returns
    -------
    (5, n_weights) float64.
    """
    around = weights @ bonded
    squares = (weights * weights) @ bonded
    two = weights * (around * around - squares)
    one, other = weights[:, lower], weights[:, higher]
    three = one * other * (around[:, lower] - other) * (around[:, higher] - one)
    # Sum over paths of two bonds that end at each atom, and of their squares by first bond.
    towards = np.zeros((2, *weights.shape))
    from_lower = one * (around[:, lower] - other)
    from_higher = other * (around[:, higher] - one)
    for kind, power in enumerate((1, 2)):
        for row in range(len(weights)):
            towards[kind, row] = np.bincount(higher, from_lower[row] ** power, bonded.shape[0])
            towards[kind, row] += np.bincount(lower, from_higher[row] ** power, bonded.shape[0])
    four = weights * (towards[0] ** 2 - towards[1])
    return np.array(
        [
            weights.sum(axis=1),
            (one * other).sum(axis=1),
            two.sum(axis=1) / 2,
            three.sum(axis=1),
            four.sum(axis=1) / 2,
        ]
    )


def _kappas(n_heavy: int, alpha: float, n_paths: list[float]) -> tuple[float, float, float]:
    """Equations 58 to 62 of Hall and Kier 1991."""
    size = n_heavy + alpha
    one, two, three = ((n + alpha) ** 2 for n in n_paths)
    last = size - 1 if n_heavy % 2 else size - 2
    return (
        size * (size - 1) ** 2 / one if one else 0.0,
        (size - 1) * (size - 2) ** 2 / two if two else 0.0,
        last * (size - 3) ** 2 / three if three else 0.0,
    )
