"""What the trees of the benchmark read: fingerprints and descriptors side by side.

Morgan and Avalon counts, extended reduced graphs and RDKit's descriptors, the choice of MapLight
(Notwell and Wood 2023, arXiv:2310.00174). Avalon fingerprints take several milliseconds a marine
compound, which the shipped bundles cannot afford.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray
from rdkit.Avalon.pyAvalonTools import GetAvalonCountFP
from rdkit.Chem import Mol, MolFromSmiles
from rdkit.Chem.rdReducedGraphs import GetErGFingerprint
from rdkit.rdBase import BlockLogs

from screening.chem.descriptors import descriptor_set
from screening.chem.fingerprints import MORGAN_BITS, morgan_counts
from screening.chem.molecule_facts import MoleculeFacts
from screening.core.progress import ProgressBar

AVALON_BITS = 1024
_LARGEST = 1e6
_CHUNK = 200


def wide_features(smiles: Sequence[str], workers: int) -> NDArray[np.float32]:
    """(n, 3604) float32 of parent SMILES."""
    chunks = [list(smiles[start : start + _CHUNK]) for start in range(0, len(smiles), _CHUNK)]
    bar = ProgressBar("features", len(smiles), "structures")
    parts = []
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for part in pool.map(_features_of, chunks):
            parts.append(part)
            bar.add(len(part))
    return np.concatenate(parts)


def _features_of(chunk: list[str]) -> NDArray[np.float32]:
    with BlockLogs():
        return np.stack([_one(MolFromSmiles(text)) for text in chunk])


def _one(mol: Mol) -> NDArray[np.float32]:
    morgan = np.zeros(MORGAN_BITS, np.float32)
    counts = morgan_counts(mol)
    morgan[counts.bits] = counts.counts
    avalon = np.zeros(AVALON_BITS, np.float32)
    for bit, count in GetAvalonCountFP(mol, nBits=AVALON_BITS).GetNonzeroElements().items():
        avalon[bit] = count
    computed = descriptor_set("rdkit2d").compute(MoleculeFacts(mol))
    descriptors = np.array([np.nan if one is None else one for one in computed], np.float64)
    finite = np.clip(np.nan_to_num(descriptors), -_LARGEST, _LARGEST)
    return np.concatenate([morgan, avalon, GetErGFingerprint(mol), finite]).astype(np.float32)
