"""Scoring a bundle on a fixed test, which it must not have learned from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screening.core.bundle import MANIFEST_NAME, EndpointSpec
from screening.core.errors import TrainingDataError
from screening.core.fixed_test import FixedTest
from screening.core.judgement import JudgedBundle
from screening.core.provenance import file_digest
from screening.estimators.features import Features
from screening.estimators.scorer import Scorer
from screening.estimators.structure_features import structure_features
from screening.estimators.verdict import IN
from screening.judge.quantities import Model, Predicted

# Structures at a time: bounds the memory of a batch.
_BLOCK = 256
_NAMED = 3


@dataclass(frozen=True)
class Featurised:
    """The structures of a fixed test that can be scored. rows : of the test, (n,)."""

    features: list[Features]
    rows: NDArray[np.int64]


@dataclass(frozen=True)
class ScoredBundle:
    """A bundle with what it says of the fixed test, by endpoint."""

    bundle: JudgedBundle
    endpoints: dict[str, EndpointSpec]
    said: Model


def featurise_test(test: FixedTest) -> Featurised:
    """Featurise once for all models; what cannot be featurised is left out."""
    found: list[Features] = []
    rows = []
    for row, smiles in enumerate(test.smiles):
        features = structure_features(smiles, standardised=True)
        if isinstance(features, Features):
            found.append(features)
            rows.append(row)
    return Featurised(found, np.array(rows, dtype=np.int64))


def score_bundle(folder: Path, test: FixedTest, featurised: Featurised) -> ScoredBundle:
    """What a bundle says of a fixed test.

    Raises
    ------
    BundleError : it is missing, altered, or made for other features.
    TrainingDataError : it has learned from structures of the test.
    """
    scorer = Scorer.load(folder)
    manifest = scorer.manifest
    bundle = JudgedBundle(manifest.name, manifest.version, file_digest(folder / MANIFEST_NAME))
    _refuse_leak(folder, scorer, test)
    blocks = [
        scorer.score(featurised.features[start : start + _BLOCK])
        for start in range(0, max(len(featurised.features), 1), _BLOCK)
    ]
    value, low, high, verdict = (
        np.concatenate([getattr(block, name) for block in blocks])
        for name in ("value", "low", "high", "verdict")
    )
    said = {
        spec.id: Predicted(
            value[:, column].astype(np.float64),
            low[:, column].astype(np.float64),
            high[:, column].astype(np.float64),
            verdict[:, column] == IN,
        )
        for column, spec in enumerate(scorer.endpoints)
    }
    return ScoredBundle(bundle, {spec.id: spec for spec in scorer.endpoints}, said)


def _refuse_leak(folder: Path, scorer: Scorer, test: FixedTest) -> None:
    """Refuse a model whose training structures, by flat key, include some of the test."""
    learned = set(scorer.neighbours.flat_keys)
    leaked = [key for key in test.flat_keys if key in learned]
    if leaked:
        named = ", ".join(leaked[:_NAMED]) + (" …" if len(leaked) > _NAMED else "")
        raise TrainingDataError(
            f"{folder}: has learned from {len(leaked)} of the {len(test)} structures of the fixed "
            f"test ({named})",
            "train it again with `screening train --test`, which leaves them out",
        )
