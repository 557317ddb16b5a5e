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
    log_p = [one.log_p for one in contributions]
    refractivity = [one.refractivity for one in contributions]
    masses = [atom.GetMass() for atom in facts.atoms]
    diagonals = np.array([masses, facts.partial_charges, log_p, refractivity])
    matrices = np.full((4, facts.n_atoms, facts.n_atoms), _NO_BOND)
    lower, higher = np.array(facts.bonds[:2], dtype=np.int64)
    elements = 1 / np.sqrt(np.array(facts.bonds[2]))
    matrices[:, lower, higher] = elements
    matrices[:, higher, lower] = elements
    atoms = np.arange(facts.n_atoms)
    matrices[:, atoms, atoms] = diagonals
    values = np.linalg.eigvalsh(matrices)
    return np.column_stack((values[:, -1], values[:, 0])).ravel().tolist()
