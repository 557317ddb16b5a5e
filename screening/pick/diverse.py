"""How alike structures are, and MaxMin: an order in which each is least like those before it.

Ashton et al. 2002, Quant. Struct.-Act. Relat. 21:598, doi:10.1002/qsar.200290002, with RDKit's lazy
picker. Similarity is Tanimoto's on Morgan counts.
"""

from __future__ import annotations

from collections.abc import Sequence

from rdkit.DataStructs import BulkTanimotoSimilarity, TanimotoSimilarity, UIntSparseIntVect
from rdkit.SimDivFilters.rdSimDivPickers import MaxMinPicker

from screening.chem.fingerprints import MORGAN_BITS, morgan_vector
from screening.chem.parse import parse_smiles
from screening.chem.problem import Problem

# The first picks are given, so that nothing is drawn at random; the seed only says so.
_SEED = 1


def fingerprint_of(smiles: str) -> UIntSparseIntVect:
    """The fingerprint of a structure; an empty one, like no other, where RDKit cannot read it."""
    molecule = parse_smiles(smiles)
    return (
        UIntSparseIntVect(MORGAN_BITS) if isinstance(molecule, Problem) else morgan_vector(molecule)
    )


def likest(
    fingerprint: UIntSparseIntVect, others: Sequence[UIntSparseIntVect]
) -> tuple[int, float] | None:
    """Place and similarity of the likest of others; None where there are none."""
    if not others:
        return None
    similarities: list[float] = BulkTanimotoSimilarity(fingerprint, list(others))
    most = max(similarities)
    return similarities.index(most), most


def diverse_order(
    pool: Sequence[UIntSparseIntVect], chosen: Sequence[UIntSparseIntVect]
) -> list[int]:
    """The places of a pool in MaxMin order.

    Parameters
    ----------
    pool : fingerprints, the best first.
    chosen : fingerprints chosen before; without any, the first of the pool comes first.
    """
    if not pool:
        return []
    together = [*chosen, *pool]

    def distance(one: int, other: int) -> float:
        return 1.0 - float(TanimotoSimilarity(together[one], together[other]))

    first = list(range(len(chosen) or 1))
    n = len(together)
    picks = MaxMinPicker().LazyPick(distance, n, n, firstPicks=first, seed=_SEED)
    return [pick - len(chosen) for pick in picks if pick >= len(chosen)]
