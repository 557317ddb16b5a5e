"""Extreme eigenvalues of Burden matrices (BCUT), all four properties in one decomposition.

Pearlman and Smith 1999, doi:10.1021/ci980137x. As in RDKit a bond's element is one over the root of
its order, that of two atoms without bond 0.001, and the diagonal holds the property.
"""

from __future__ import annotations

import math

import numpy as np

from screening.chem import crippen
from screening.chem.molecule_facts import MoleculeFacts

EXTREMES = tuple(
    f"BCUT2D_{name}"
    for name in ("MWHI", "MWLOW", "CHGHI", "CHGLO", "LOGPHI", "LOGPLOW", "MRHI", "MRLOW")
)
_NO_BOND = 0.001


def burden_extremes(facts: MoleculeFacts) -> list[float]:
    """Values of `EXTREMES`; NaN where an element has no charge parameters, as in RDKit."""
    if not facts.has_charge_parameters:
        return [math.nan] * len(EXTREMES)
    contributions = crippen.contributions(facts)
    properties = [
        [atom.GetMass() for atom in facts.atoms],
        facts.partial_charges,
        [one.log_p for one in contributions],
        [one.refractivity for one in contributions],
    ]
    shared = np.full((facts.n_atoms, facts.n_atoms), _NO_BOND)
    lower, higher = facts.bonded
    # The decomposition reads the lower triangle alone.
    shared[higher, lower] = 1 / np.sqrt(facts.orders[higher, lower])
    matrices = np.repeat(shared[None], 4, axis=0)
    atoms = np.arange(facts.n_atoms)
    matrices[:, atoms, atoms] = properties
    values = np.linalg.eigvalsh(matrices)
    return values[:, [-1, 0]].ravel().tolist()
