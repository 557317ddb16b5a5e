"""Features and scaffolds of all training structures, over several processes."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from rdkit.Chem import MolFromSmiles, MolToSmiles
from rdkit.Chem.Scaffolds.MurckoScaffold import GetScaffoldForMol
from rdkit.rdBase import BlockLogs

from screening.chem.problem import Problem
from screening.core.errors import TrainingDataError
from screening.estimators.features import Features, PackedFeatures, featurise, pack

_CHUNK = 500


def murcko_scaffold(smiles: str) -> str:
    """Scaffold without stereochemistry, canonical SMILES; empty for acyclic structures."""
    return str(MolToSmiles(GetScaffoldForMol(MolFromSmiles(smiles)), isomericSmiles=False))


def _features_of(smiles: str) -> Features:
    features = featurise(smiles)
    if isinstance(features, Problem):
        raise TrainingDataError(f"standardised structure {smiles} has no features", features.detail)
    return features


def _work(chunk: list[str]) -> tuple[list[Features], list[str]]:
    with BlockLogs():
        return [_features_of(text) for text in chunk], [murcko_scaffold(text) for text in chunk]


def featurise_all(smiles: Sequence[str], workers: int = 1) -> tuple[PackedFeatures, list[str]]:
    """Featurise standardised structures.

    Returns
    -------
    packed features and Murcko scaffolds, in the order given.
    """
    chunks = [list(smiles[start : start + _CHUNK]) for start in range(0, len(smiles), _CHUNK)]
    if workers == 1 or len(chunks) == 1:
        results = [_work(chunk) for chunk in chunks]
    else:
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            results = list(pool.map(_work, chunks))
    features = [item for chunk, _ in results for item in chunk]
    return pack(features), [item for _, chunk in results for item in chunk]
