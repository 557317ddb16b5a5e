"""From a SMILES of a user to features, or to the reason why there are none."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from screening.chem.problem import Problem
from screening.chem.standardise import parent_molecule
from screening.estimators.features import Features, featurise, featurise_molecule


class Featurised(NamedTuple):
    """SMILES of the standardised parent, and its features."""

    parent: str
    features: Features


def structure_features(smiles: str, *, standardised: bool) -> Featurised | Problem:
    """Parent and features of a structure; one that cannot be used gives a Problem.

    Parameters
    ----------
    smiles : of the structure.
    standardised : it is a standardised parent already.
    """
    if standardised:
        return _featurised(smiles, lambda: featurise(smiles))
    parent = parent_molecule(smiles)
    if isinstance(parent, Problem):
        return parent
    return _featurised(parent.smiles, lambda: featurise_molecule(parent.molecule))


def _featurised(parent: str, work: Callable[[], Features | Problem]) -> Featurised | Problem:
    try:
        found = work()
    except RuntimeError as problem:
        # RDKit raises RuntimeError where one of its own invariants does not hold for a molecule.
        first = str(problem).strip().splitlines()[0]
        return Problem("not_predictable", f"RDKit cannot featurise it ({first})")
    if isinstance(found, Problem):
        return Problem("not_predictable", f"{found.code}: {found.detail}")
    return Featurised(parent, found)
