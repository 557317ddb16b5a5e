"""Morgan fingerprints packed into bytes, as a descriptor.

Rogers and Hahn 2010, J. Chem. Inf. Model. 50:742, doi:10.1021/ci100050t.
"""

from __future__ import annotations

import numpy as np

from screening.chem.descriptors_declared import DescriptorSet, declared_set
from screening.chem.fingerprints import MORGAN_BITS, MORGAN_RADIUS
from screening.chem.molecule_facts import MoleculeFacts


def morgan_set() -> DescriptorSet:
    """The packed fingerprint as a descriptor set."""
    return declared_set("morgan", lambda facts: [morgan_bytes(facts)])


def morgan_bytes(facts: MoleculeFacts) -> bytes:
    """The fingerprint as 256 bytes, lowest bit first; stereochemistry is not seen.

    RDKit sets the bit of each environment's identifier, folded; other descriptors need these too.
    """
    bits = np.zeros(MORGAN_BITS, dtype=bool)
    identifiers = np.array(list(facts.environments(MORGAN_RADIUS)), dtype=np.int64)
    bits[identifiers % MORGAN_BITS] = True
    return np.packbits(bits, bitorder="little").tobytes()
