"""Loading scorers once per process, and scoring features with all of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from screening.chem.problem import Problem
from screening.core.bundle import MANIFEST_NAME
from screening.core.errors import BundleMismatch
from screening.core.provenance import file_digest
from screening.estimators.features import Features
from screening.estimators.scorer import Scorer
from screening.predict.block import FIELDS, ScoredChunk, empty_arrays, unknown_arrays
from screening.predict.worker import BundleRef, FeaturisedChunk

if TYPE_CHECKING:
    from screening.predict.block import Arrays


@lru_cache(maxsize=1)
def load_scorers(bundles: tuple[BundleRef, ...], device: str) -> tuple[Scorer, ...]:
    """The scorers of some bundles, loaded once per process and device.

    Raises
    ------
    BundleError : a bundle is incomplete or altered.
    BundleMismatch : the bundle in that place is not the one that the run began with.
    """
    # One process per core: more threads would only compete with the other workers.
    torch.set_num_threads(1)
    return tuple(_load(bundle, device) for bundle in bundles)


def _load(bundle: BundleRef, device: str) -> Scorer:
    folder = Path(bundle.folder)
    scorer = Scorer.load(folder, device)
    if file_digest(folder / MANIFEST_NAME) != bundle.digest:
        raise BundleMismatch(
            f"{folder}: the bundle on this worker is not the one the run began with",
            "copy the same bundle to each machine, and do not train while predicting",
        )
    return scorer


def score_features(scorers: Sequence[Scorer], chunk: FeaturisedChunk) -> ScoredChunk:
    """Score a featurised chunk with every scorer; endpoints side by side in their order."""
    if not chunk.features:
        width = sum(len(scorer.endpoints) for scorer in scorers)
        return ScoredChunk(_rows(chunk), empty_arrays(width), chunk.problems)
    parts: list[Arrays] = [unknown_arrays(len(chunk.rows), 0)]
    parts += [score_in_halves(scorer, chunk.features) for scorer in scorers]
    arrays = {name: np.concatenate([part[name] for part in parts], axis=1) for name in FIELDS}
    return _without_gaps(scorers, chunk, arrays)


def score_in_halves(scorer: Scorer, features: Sequence[Features]) -> Arrays:
    """Score; where the GPU's memory does not suffice, in two halves, down to one structure.

    Raises
    ------
    torch.OutOfMemoryError : a single structure does not fit.
    """
    try:
        return _score(scorer, features)
    except torch.OutOfMemoryError:
        if len(features) == 1:
            raise
    torch.cuda.empty_cache()
    middle = len(features) // 2
    halves = [score_in_halves(scorer, half) for half in (features[:middle], features[middle:])]
    return {name: np.concatenate([half[name] for half in halves]) for name in FIELDS}


def _score(scorer: Scorer, features: Sequence[Features]) -> Arrays:
    scores = scorer.score(features)
    return {
        "value": scores.value,
        "std": scores.std,
        "low": scores.low,
        "high": scores.high,
        "similarity": scores.similarity,
        "distance": scores.distance,
        "verdict": scores.verdict,
        # Row -1, no neighbour at all, takes the empty key at the end.
        "neighbour": _neighbour_keys(scorer)[scores.neighbour],
        "neighbour_label": scores.neighbour_label,
    }


@lru_cache(maxsize=8)
def _neighbour_keys(scorer: Scorer) -> NDArray[np.bytes_]:
    """Flat InChIKey blocks of the training structures, and an empty one at the end."""
    return np.array([*scorer.neighbours.flat_keys, ""], dtype=FIELDS["neighbour"])


def _without_gaps(scorers: Sequence[Scorer], chunk: FeaturisedChunk, arrays: Arrays) -> ScoredChunk:
    """Turn structures for which an endpoint has no finite value into problems."""
    finite = np.isfinite(arrays["value"]) & np.isfinite(arrays["std"])
    whole = finite.all(axis=1)
    names = [spec.id for scorer in scorers for spec in scorer.endpoints]
    rows = _rows(chunk)
    problems = dict(chunk.problems)
    for place in np.flatnonzero(~whole):
        problems[int(rows[place])] = _no_value(finite[place], names)
    kept = {name: array[whole] for name, array in arrays.items()}
    parents = [chunk.parents[place] for place in np.flatnonzero(whole)]
    return ScoredChunk(rows[whole], kept, problems, parents)


def _rows(chunk: FeaturisedChunk) -> NDArray[np.int64]:
    return np.array(chunk.rows, dtype=np.int64)


def _no_value(finite: NDArray[np.bool_], names: Sequence[str]) -> Problem:
    missing = [name for name, good in zip(names, finite, strict=True) if not good]
    return Problem("not_predictable", f"no finite value for {', '.join(missing)}")
