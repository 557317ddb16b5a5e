"""Morgan fingerprints packed into bytes, as a descriptor.

Rogers and Hahn 2010, J. Chem. Inf. Model. 50:742, doi:10.1021/ci100050t.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from rdkit.Chem import Mol
from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator
from rdkit.DataStructs import BitVectToBinaryText

from screening.chem.descriptors_declared import DescriptorSet, declared_set
from screening.chem.fingerprints import MORGAN_BITS, MORGAN_RADIUS


def morgan_set() -> DescriptorSet:
    """The packed fingerprint as a descriptor set."""
    return declared_set("morgan", lambda facts: [morgan_bytes(facts.molecule)])


def morgan_bytes(molecule: Mol) -> bytes:
    """The fingerprint as 256 bytes, lowest bit first; stereochemistry is not seen."""
    return bytes(BitVectToBinaryText(_generator().GetFingerprint(molecule)))


@cache
def _generator() -> Any:
    return GetMorganGenerator(radius=MORGAN_RADIUS, fpSize=MORGAN_BITS, includeChirality=False)
