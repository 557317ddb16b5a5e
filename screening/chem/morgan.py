"""Morgan fingerprints packed into bytes, as a descriptor.

Rogers and Hahn 2010, J. Chem. Inf. Model. 50:742, doi:10.1021/ci100050t.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pyarrow as pa
from rdkit.Chem import Mol
from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator
from rdkit.DataStructs import BitVectToBinaryText

from screening.chem.descriptors_declared import RDKIT_VERSION, Descriptor, DescriptorSet
from screening.chem.fingerprints import MORGAN_BITS, MORGAN_RADIUS

MORGAN_COLUMN = f"morgan_{MORGAN_BITS}_r{MORGAN_RADIUS}"


def morgan_set() -> DescriptorSet:
    """The packed fingerprint as a descriptor set."""
    column = Descriptor(
        MORGAN_COLUMN,
        pa.binary(MORGAN_BITS // 8),
        "",
        f"Morgan fingerprint, radius {MORGAN_RADIUS}, {MORGAN_BITS} bits, chirality off, counts "
        "off; bit i is bit i % 8 (the lowest first) of byte i // 8",
        "Rogers and Hahn 2010, doi:10.1021/ci100050t",
    )
    return DescriptorSet(
        "morgan",
        RDKIT_VERSION,
        (column,),
        lambda molecule: {MORGAN_COLUMN: morgan_bytes(molecule)},
    )


def morgan_bytes(molecule: Mol) -> bytes:
    """The fingerprint as 256 bytes, lowest bit first; stereochemistry is not seen."""
    return bytes(BitVectToBinaryText(_generator().GetFingerprint(molecule)))


@cache
def _generator() -> Any:
    return GetMorganGenerator(radius=MORGAN_RADIUS, fpSize=MORGAN_BITS, includeChirality=False)
