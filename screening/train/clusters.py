"""Clusters of like structures, for splits stricter than by scaffold.

Sphere exclusion: Butina 1999, J. Chem. Inf. Comput. Sci. 39:747, doi:10.1021/ci9803381, in the
form of RDKit's leader algorithm: leaders are no two alike, and each structure joins the likest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rdkit.DataStructs import BulkTanimotoSimilarity, ExplicitBitVect
from rdkit.SimDivFilters.rdSimDivPickers import LeaderPicker

from screening.chem.fingerprints import MORGAN_BITS
from screening.estimators.features import PackedFeatures
from screening.train.split import Groups

LEADER_SIMILARITY = 0.4
"""Leaders are less alike than this (Tanimoto on Morgan bits, radius 2): the cutoff of DeepChem's
`ButinaSplitter`, a distance of 0.6."""


def cluster_groups(packed: PackedFeatures, flat_keys: Sequence[str]) -> Groups:
    """Clusters around leaders that are unlike each other.

    Parameters
    ----------
    packed : features of the structures. flat_keys : of each.
    """
    prints = [_fingerprint(packed, row) for row in range(len(packed))]
    leaders = list(LeaderPicker().LazyBitVectorPick(prints, len(prints), 1 - LEADER_SIMILARITY))
    heads = [prints[row] for row in leaders]
    home = [int(np.argmax(BulkTanimotoSimilarity(one, heads))) for one in prints]
    of = [f"cluster {number}" for number in home]
    method = f"cluster (leaders below a similarity of {LEADER_SIMILARITY})"
    return Groups(of, flat_keys, method, "cluster")


def _fingerprint(packed: PackedFeatures, row: int) -> ExplicitBitVect:
    bits = ExplicitBitVect(MORGAN_BITS)
    found = packed.bits[packed.bit_offset[row] : packed.bit_offset[row + 1]]
    bits.SetBitsFromList([int(bit) for bit in found])
    return bits
