"""Connectivity (chi) and shape (kappa) indices from sums over bonds instead of lists of paths.

Hall and Kier 1991, Reviews in Computational Chemistry 2:367, doi:10.1002/9780470125793.ch9. RDKit
lists all paths of each length again for each index. Sums over paths are products of sums over
neighbours, but for paths of three or four bonds that come back to one of their atoms: they are
corrected for rings of three and four atoms, see `small_cycles`.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import GetPeriodicTable, rdMolDescriptors

from screening.chem.molecule_facts import MoleculeFacts
from screening.chem.small_cycles import excess, has_small_cycles

INDICES = (
    *("Chi0", "Chi1", "Chi0n", "Chi1n", "Chi2n", "Chi3n", "Chi4n"),
    *("Chi0v", "Chi1v", "Chi2v", "Chi3v", "Chi4v"),
    *("HallKierAlpha", "Kappa1", "Kappa2", "Kappa3", "Phi"),
)


def can_be_summed(facts: MoleculeFacts) -> bool:
    """Whether `indices` holds for the molecule."""
    return 0 not in facts.atomic_numbers


def indices(facts: MoleculeFacts) -> list[float]:
    """Values of `INDICES`.

    Parameters
    ----------
    facts : of a molecule for which `can_be_summed` holds.
    """
    kinds = zip(facts.atomic_numbers, facts.n_hydrogens, facts.degrees, strict=True)
    weights = np.array([_weights(*kind) for kind in kinds]).T
    sums = _path_sums(weights, facts.bonded)
    if has_small_cycles(facts):
        sums[3:] -= excess(facts, weights)
    # Numbers of paths are exact; what other sums leave where there is none is rounding.
    sums[sums[:, -1] == 0] = 0
    degree, chi_n, chi_v, n_paths = sums.T.tolist()
    alpha = rdMolDescriptors.CalcHallKierAlpha(facts.molecule)
    kappa_1, kappa_2, kappa_3 = _kappas(facts.n_heavy, alpha, n_paths[1:4])
    phi = kappa_1 * kappa_2 / facts.n_heavy
    return [*degree[:2], *chi_n, *chi_v, alpha, kappa_1, kappa_2, kappa_3, phi]


@cache
def _weights(number: int, n_hydrogens: int, degree: int) -> tuple[float, float, float, float]:
    """Weights of an atom in chi, plain chi n, valence chi v, and in the number of paths.

    Inverse roots of the degree, and of outer electrons that bind no hydrogen, plain and by Kier
    and Hall's valence.
    """
    outer = GetPeriodicTable().GetNOuterElecs(number)
    free = float(outer - n_hydrogens)
    valence = free / (number - outer - 1) if number > 10 else free
    return _inverse_root(degree), _inverse_root(free), _inverse_root(valence), 1.0


def _inverse_root(delta: float) -> float:
    return 1 / math.sqrt(delta) if delta else 0.0


def _path_sums(weights: NDArray[np.float64], bonded: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sums, over all paths of 0 to 4 bonds, of the product of the path's weights.

    Paths that come back to one of their atoms are not told apart.

    Parameters
    ----------
    weights : (n_weights, n_atoms) float64.
    bonded : (2, n_bonds) int64, atoms of the bonds.

    Returns
    -------
    (5, n_weights) float64.
    """
    n_weights, n_atoms = weights.shape
    begin, end = np.hstack((bonded, bonded[::-1]))  # each bond in both directions
    ends = (end + n_atoms * np.arange(n_weights)[:, None]).ravel()

    def sums_at_ends(values: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.bincount(ends, values.ravel(), weights.size)
        return np.asarray(sums.reshape(weights.shape), dtype=np.float64)

    first, last = weights[:, begin], weights[:, end]
    # Paths of two bonds that come to the end of a bond through it, the weight there left out.
    through = first * (sums_at_ends(first)[:, begin] - last)
    n_bonds = bonded.shape[1]
    return np.array(
        [
            weights.sum(axis=1),
            (first * last).sum(axis=1) / 2,
            (through * last).sum(axis=1) / 2,
            (through[:, :n_bonds] * through[:, n_bonds:]).sum(axis=1),
            # Two that meet at an atom, but not through the same bond.
            (
                (weights * sums_at_ends(through) ** 2).sum(axis=1)
                - (through * through * last).sum(axis=1)
            )
            / 2,
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
