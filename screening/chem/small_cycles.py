"""What rings of three and four atoms change in sums over paths.

A sum over neighbours also takes paths of three or four bonds that come back to one of their atoms.
RDKit, whose path lists decide, takes two kinds of them: a ring as a path that closes, its first
atom once, and a ring of three with one more bond, the atom between them twice.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from screening.chem.molecule_facts import MoleculeFacts

_LARGEST = 4


def has_small_cycles(facts: MoleculeFacts) -> bool:
    """Whether the molecule has a ring of three or four atoms."""
    return min(map(len, facts.rings), default=_LARGEST + 1) <= _LARGEST


def excess(facts: MoleculeFacts, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """What sums over neighbours have beyond RDKit's over paths of three and four bonds.

    With P the product of a ring's weights w, and s the sum of weights around each of its atoms:
    P(Σw - 1) for a ring of three among paths of three bonds, P(Σws - Σww') among paths of four,
    and P(Σw - 1) for a ring of four.

    Parameters
    ----------
    facts : of the molecule.
    weights : (n_weights, n_atoms) float64.

    Returns
    -------
    (2, n_weights) float64, for paths of three and of four bonds.
    """
    threes, fours = _small_cycles(facts)
    around = weights @ np.sign(facts.orders)
    of_threes, of_fours = weights[:, threes], weights[:, fours]
    sums = of_threes.sum(axis=2)
    squares = (of_threes**2).sum(axis=2)
    among_four = (of_threes * around[:, threes]).sum(axis=2) - (sums**2 - squares) / 2
    three = (of_threes.prod(axis=2) * (sums - 1)).sum(axis=1)
    four = (of_threes.prod(axis=2) * among_four).sum(axis=1)
    four += (of_fours.prod(axis=2) * (of_fours.sum(axis=2) - 1)).sum(axis=1)
    return np.array([three, four])


def _small_cycles(facts: MoleculeFacts) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cycles of three and of four bonds, atoms in order: (n, 3) and (n, 4) int64.

    Some are none of the smallest rings, but all their atoms are in rings as small.
    """
    _, smallest = facts.atom_rings
    atoms = [index for index, size in enumerate(smallest) if 0 < size <= _LARGEST]
    around = {index: {other for _, other in facts.neighbours[index]} for index in atoms}
    threes: list[tuple[int, ...]] = []
    fours: list[tuple[int, ...]] = []
    for first, third in combinations(atoms, 2):
        # Each cycle once: its first atom is the lowest.
        between = [index for index in around[first] & around[third] if index > first]
        if third in around[first]:
            threes += [(first, third, index) for index in between if index > third]
        fours += [(first, one, third, other) for one, other in combinations(between, 2)]
    return np.array(threes, np.int64).reshape(-1, 3), np.array(fours, np.int64).reshape(-1, 4)
