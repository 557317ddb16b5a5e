"""MAP4: pairs of circular substructures with their distance, a fingerprint for large molecules.

Capecchi, Probst and Reymond 2020, J. Cheminform. 12:43, doi:10.1186/s13321-020-00445-4. It tells
large natural products and peptides apart that share all their small environments. The paper writes
substructures as SMILES, which RDKit writes differently when atoms are in another order; here they
are written as sorted trees, so that no bit depends on it. Bits are therefore not those of the
paper's code, although folded in the same way, by the first four bytes of SHA-1.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import GetPeriodicTable

from screening.chem.descriptors_declared import DescriptorSet, declared_set
from screening.chem.molecule_facts import MoleculeFacts

MAP4_BITS = 2048
MAP4_RADII = (1, 2)
_BONDS = {1.0: "", 1.5: ":", 2.0: "=", 3.0: "#"}


def map4_set() -> DescriptorSet:
    """The packed fingerprint as a descriptor set."""
    return declared_set("map4", lambda facts: [map4_bytes(facts)])


def map4_bytes(facts: MoleculeFacts) -> bytes:
    """The fingerprint as 256 bytes, lowest bit first; stereochemistry is not seen."""
    bits = np.zeros(MAP4_BITS, dtype=bool)
    one, other = np.triu_indices(facts.n_atoms, 1)
    distances = facts.distances.astype(np.int64)[one, other]
    for texts in environments(facts):
        for shingle in _shingles(texts, one, other, distances):
            digest = hashlib.sha1(shingle.encode(), usedforsecurity=False).digest()
            bits[int.from_bytes(digest[:4], "little") % MAP4_BITS] = True
    return np.packbits(bits, bitorder="little").tobytes()


def environments(facts: MoleculeFacts) -> list[list[str]]:
    """For each of `MAP4_RADII` what lies that near to each atom, such as ``C(=O)(N(C))``."""
    symbols = [_symbol(facts, index) for index in range(facts.n_atoms)]
    around: list[list[tuple[int, str]]] = [[] for _ in symbols]
    for lower, higher, order in zip(*facts.bonds, strict=True):
        bond = _BONDS.get(order, "~")
        around[lower].append((higher, f"{bond}{symbols[higher]}"))
        around[higher].append((lower, f"{bond}{symbols[lower]}"))
    near, far = [], []
    for index, symbol in enumerate(symbols):
        near.append(symbol + _branches([text for _, text in around[index]]))
        texts = [
            text + _branches([beyond for at, beyond in around[other] if at != index])
            for other, text in around[index]
        ]
        far.append(symbol + _branches(texts))
    return [near, far]


def _symbol(facts: MoleculeFacts, index: int) -> str:
    """Element, small where aromatic, with its charge."""
    symbol = str(GetPeriodicTable().GetElementSymbol(facts.atomic_numbers[index]))
    charge = facts.charges[index]
    return (symbol.lower() if facts.are_aromatic[index] else symbol) + (
        f"{charge:+d}" if charge else ""
    )


def _branches(texts: list[str]) -> str:
    return "".join(f"({text})" for text in sorted(texts))


def _shingles(
    texts: list[str],
    one: NDArray[np.int64],
    other: NDArray[np.int64],
    distances: NDArray[np.int64],
) -> list[str]:
    """Each distinct pair of substructures and distance, as text."""
    distinct = sorted(set(texts), key=lambda text: (len(text), text))
    rank = {text: number for number, text in enumerate(distinct)}
    ranks = np.array([rank[text] for text in texts], dtype=np.int64)
    first, second = ranks[one], ranks[other]
    rows = np.column_stack((np.minimum(first, second), distances, np.maximum(first, second)))
    return [
        f"{distinct[shorter]}|{distance}|{distinct[longer]}"
        for shorter, distance, longer in set(map(tuple, rows.tolist()))
    ]
