"""Morgan fingerprints, as sparse arrays.

Rogers and Hahn 2010, J. Chem. Inf. Model. 50:742, doi:10.1021/ci100050t.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import Mol
from rdkit.Chem.rdFingerprintGenerator import AdditionalOutput, GetMorganGenerator
from rdkit.DataStructs import UIntSparseIntVect

MORGAN_RADIUS = 2
MORGAN_BITS = 2048


class SparseCounts(NamedTuple):
    """A folded count fingerprint: `bits` (k,) uint16 ascending, `counts` (k,) uint8."""

    bits: NDArray[np.uint16]
    counts: NDArray[np.uint8]


@cache
def _generator() -> Any:
    return GetMorganGenerator(
        radius=MORGAN_RADIUS,
        fpSize=MORGAN_BITS,
        includeChirality=False,
        countSimulation=False,
    )


def morgan_counts(mol: Mol) -> SparseCounts:
    """Count each radius-2 environment, folded to 2048 bins; stereochemistry is not seen.

    Counts are clipped at 255. The bins that occur are also the on-bits of the presence
    fingerprint, so one call serves both.
    """
    counts = _generator().GetCountFingerprint(mol).GetNonzeroElements()
    bits = sorted(counts)
    values = [min(counts[bit], 255) for bit in bits]
    return SparseCounts(np.array(bits, dtype=np.uint16), np.array(values, dtype=np.uint8))


def morgan_vector(mol: Mol) -> UIntSparseIntVect:
    """The same counts as RDKit's own vector, for its pickers and bulk functions."""
    vector: UIntSparseIntVect = _generator().GetCountFingerprint(mol)
    return vector


def morgan_environments(mol: Mol) -> list[tuple[int, int, int]]:
    """Bit, central atom and radius of every environment that `morgan_counts` counts."""
    output = AdditionalOutput()
    output.AllocateBitInfoMap()
    _generator().GetCountFingerprint(mol, additionalOutput=output)
    return [
        (bit, centre, radius)
        for bit, places in output.GetBitInfoMap().items()
        for centre, radius in places
    ]
