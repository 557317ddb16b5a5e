"""What each part of a prediction costs, one core, with trees and neighbours beside libraries.

    python tests/benchmarks/predict_parts.py --mirror FOLDER [--sample 1024]

FOLDER holds marine/cmnpd.csv, of which a random sample is predicted with the shipped bundles.
XGBoost answers with trees of the recipes' size that it has grown on another sample, in place of
those shipped, which are no longer its own; RDKit compares fingerprints by their presence with one
bundle's training structures, without regard to endpoints. Times are the least of three.
"""

from __future__ import annotations

import argparse
import csv
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import torch
import xgboost
from numpy.typing import NDArray
from rdkit.DataStructs import BulkTanimotoSimilarity, ExplicitBitVect

from screening.chem.fingerprints import MORGAN_BITS
from screening.chem.problem import Problem
from screening.chem.standardise import parent_molecule
from screening.core.config import PredictSettings
from screening.estimators.domain import DOMAIN_NAME, DomainIndex, stored_counts
from screening.estimators.features import Features, PackedFeatures, featurise_molecule, pack
from screening.estimators.inference import run_networks
from screening.estimators.scorer import Scorer
from screening.estimators.trees import BoostedTrees, tree_matrix
from screening.predict.models import open_models
from screening.train.grow import flat_trees

CHUNK = 256
N_QUERIES = 100
GROWN_ON = 4_000
SETTINGS = {
    "objective": "binary:logistic",
    "grow_policy": "lossguide",
    "max_depth": 0,
    "max_leaves": 63,
    "max_bin": 64,
    "learning_rate": 0.04,
    "colsample_bytree": 0.2,
    "subsample": 0.8,
    "nthread": 1,
}
ROUNDS = 300
N_GROWN = 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=1024)
    options = parser.parse_args()
    torch.set_num_threads(1)
    with (options.mirror / "marine" / "cmnpd.csv").open(encoding="utf-8", newline="") as stream:
        texts = [row["smiles"] for row in csv.DictReader(stream) if row["smiles"]]
    random.Random(7).shuffle(texts)
    asked, known = texts[: options.sample], texts[options.sample :][:GROWN_ON]
    features = from_smiles(asked)
    chunks = [
        pack(sorted(features[start : start + CHUNK], key=lambda one: len(one.atoms)))
        for start in range(0, len(features), CHUNK)
    ]
    scorers = [Scorer.load(model.folder) for model in open_models(PredictSettings().models).bundles]
    parts(scorers, chunks)
    trees_beside_xgboost(chunks, pack(featurised(known)))
    neighbours_beside_rdkit(chunks[0], scorers)


def from_smiles(texts: Sequence[str]) -> list[Features]:
    """Features, and what they and standardising cost."""
    parents = [parent_molecule(text) for text in texts]
    found = [parent.molecule for parent in parents if not isinstance(parent, Problem)]
    tell("standardise", least(lambda: [parent_molecule(text) for text in texts]), len(texts))
    tell("featurise", least(lambda: [featurise_molecule(one) for one in found]), len(found))
    return featurised(texts)


def featurised(texts: Sequence[str]) -> list[Features]:
    parents = (parent_molecule(text) for text in texts)
    found = (featurise_molecule(one.molecule) for one in parents if not isinstance(one, Problem))
    return [one for one in found if isinstance(one, Features)]


def parts(scorers: Sequence[Scorer], chunks: Sequence[PackedFeatures]) -> None:
    """What the networks, trees and neighbours of the shipped bundles cost."""

    def networks() -> None:
        for scorer in scorers:
            for chunk in chunks:
                run_networks(scorer._members, chunk, rows(chunk))

    def trees() -> None:
        for scorer in scorers:
            for chunk in chunks:
                scorer._trees.predict(tree_matrix(chunk, rows(chunk)))

    def neighbours() -> None:
        for scorer in scorers:
            for chunk in chunks:
                scorer._domain.nearest(chunk, rows(chunk))

    n = sum(len(chunk) for chunk in chunks)
    members = sum(len(scorer._members) for scorer in scorers)
    n_trees = sum(len(one.n_leaves) for scorer in scorers for one in scorer._trees.endpoints)
    tell(f"{members} networks", least(networks), n)
    tell(f"{n_trees:,} trees", least(trees), n)
    tell("neighbours of all endpoints", least(neighbours), n)


def trees_beside_xgboost(chunks: Sequence[PackedFeatures], known: PackedFeatures) -> None:
    """The same trees asked by XGBoost and by us."""
    matrix = tree_matrix(known, rows(known))
    rng = np.random.default_rng(0)
    boosters = []
    for seed in range(N_GROWN):
        noise = rng.normal(0, 1, len(known))
        weight = known.descriptors[:, 0]
        label = (weight - weight.mean()) / weight.std() + noise > 0
        data = xgboost.DMatrix(matrix, label=label, nthread=1)
        boosters.append(xgboost.train({**SETTINGS, "seed": seed}, data, ROUNDS))
    ours = BoostedTrees([flat_trees(booster) for booster in boosters])
    matrices = [tree_matrix(chunk, rows(chunk)) for chunk in chunks]

    def ask_xgboost() -> list[NDArray[np.float32]]:
        return [
            booster.inplace_predict(one, predict_type="margin")
            for booster in boosters
            for one in matrices
        ]

    def ask_ours() -> list[NDArray[np.float32]]:
        return [ours.predict(one) for one in matrices]

    n = sum(len(chunk) for chunk in chunks)
    theirs = np.concatenate(ask_xgboost()).reshape(N_GROWN, n)
    apart = float(np.abs(np.concatenate(ask_ours()).T - theirs).max())
    n_trees = N_GROWN * ROUNDS
    tell(f"{n_trees:,} trees asked by XGBoost", least(ask_xgboost), n)
    tell(f"the same by us (log odds apart: {apart:.1g})", least(ask_ours), n)


def neighbours_beside_rdkit(chunk: PackedFeatures, scorers: Sequence[Scorer]) -> None:
    """The neighbours of one bundle's endpoints, and RDKit's similarities to all its structures."""
    folder = max(
        (model.folder for model in open_models(PredictSettings().models).bundles),
        key=lambda one: (one / DOMAIN_NAME).stat().st_size,
    )
    table = pq.read_table(folder / DOMAIN_NAME).combine_chunks()
    bits, _, offset = stored_counts(table)
    training = [vector(bits[offset[row] : offset[row + 1]]) for row in range(len(offset) - 1)]
    some = rows(chunk)[:: max(1, len(chunk) // N_QUERIES)]
    queries = [
        vector(chunk.bits[chunk.bit_offset[row] : chunk.bit_offset[row + 1]]) for row in some
    ]
    scorer = next(one for one in scorers if one.manifest.name == folder.name)
    index: DomainIndex = scorer._domain
    rdkit = least(lambda: [BulkTanimotoSimilarity(query, training) for query in queries])
    tell(f"RDKit's similarities to {len(training):,} structures", rdkit, len(some))
    ours = least(lambda: index.nearest(chunk, some))
    tell(f"of these the nearest of {len(scorer.endpoints)} endpoints by us", ours, len(some))


def vector(bits: NDArray[np.uint16]) -> ExplicitBitVect:
    made = ExplicitBitVect(MORGAN_BITS)
    made.SetBitsFromList(bits.tolist())
    return made


def rows(chunk: PackedFeatures) -> NDArray[np.int64]:
    return np.arange(len(chunk), dtype=np.int64)


def least(work: Callable[[], object]) -> float:
    """Least seconds of three, after one that does not count."""
    times = []
    for _ in range(4):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times[1:])


def tell(part: str, seconds: float, n: int) -> None:
    print(f"| {part} | {1000 * seconds / n:.3f} ms |", flush=True)


if __name__ == "__main__":
    main()
