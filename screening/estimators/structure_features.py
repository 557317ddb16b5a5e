"""From a SMILES of a user to features, or to the reason why there are none."""

from __future__ import annotations

from screening.chem.problem import Problem
from screening.chem.standardise import standardise
from screening.estimators.features import Features, featurise


def structure_features(smiles: str, *, standardised: bool) -> Features | Problem:
    """Features of a structure; one that cannot be used gives a Problem.

    Parameters
    ----------
    smiles : of the structure.
    standardised : it is a standardised parent already.
    """
    if not standardised:
        parent = standardise(smiles)
        if isinstance(parent, Problem):
            return parent
        smiles = parent.smiles
    try:
        found = featurise(smiles)
    except RuntimeError as problem:
        # RDKit raises RuntimeError where one of its own invariants does not hold for a molecule.
        first = str(problem).strip().splitlines()[0]
        return Problem("not_predictable", f"RDKit cannot featurise it ({first})")
    if isinstance(found, Problem):
        return Problem("not_predictable", f"{found.code}: {found.detail}")
    return found
