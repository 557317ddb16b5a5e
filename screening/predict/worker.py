"""What a worker process does with a chunk: standardise, featurise and, on the CPU, score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from screening.chem.entry import Entry
from screening.chem.problem import Problem
from screening.chem.standardise import standardise
from screening.core.watchdog import Limits, guard
from screening.estimators.features import Features
from screening.estimators.structure_features import structure_features
from screening.predict.block import ScoredChunk


@dataclass(frozen=True)
class BundleRef:
    """Where a worker finds a bundle, and the digest that its manifest must have."""

    folder: str
    digest: str


@dataclass(frozen=True)
class Task:
    """What to do with each chunk; sent to the workers with it.

    Parameters
    ----------
    bundles : bundles to score with.
    standardised : the structures are standardised parents already.
    limits : time and memory one structure may take.
    """

    bundles: tuple[BundleRef, ...]
    standardised: bool
    limits: Limits


@dataclass(frozen=True)
class FeaturisedChunk:
    """What is ready to be scored: input rows, their structures and features; others' problems."""

    rows: list[int]
    parents: list[str]
    features: list[Features]
    problems: dict[int, Problem]


def featurise_chunk(task: Task, entries: Sequence[Entry]) -> FeaturisedChunk:
    """Standardise and featurise; the structures come back ordered by size.

    Batches of like size take the least memory and time.
    """
    problems: dict[int, Problem] = {}
    ready: list[tuple[int, str, Features]] = []
    for entry in entries:
        with guard(task.limits):
            if entry.problem is not None:
                continue
            found = _features(entry.smiles, task.standardised)
        if isinstance(found, Problem):
            problems[entry.row] = found
        else:
            ready.append((entry.row, *found))
    ready.sort(key=lambda one: len(one[2].atoms))
    return FeaturisedChunk(
        [row for row, _, _ in ready],
        [parent for _, parent, _ in ready],
        [features for _, _, features in ready],
        problems,
    )


def score_chunk(task: Task, entries: Sequence[Entry]) -> ScoredChunk:
    """Standardise, featurise and score on this worker's CPU."""
    # The scorer brings torch, which a worker that only featurises never loads.
    from screening.predict.scoring import load_scorers, score_features

    chunk = featurise_chunk(task, entries)
    return score_features(load_scorers(task.bundles, "cpu"), chunk)


def _features(smiles: str, standardised: bool) -> tuple[str, Features] | Problem:
    """The standardised parent and its features."""
    if not standardised:
        parent = standardise(smiles)
        if isinstance(parent, Problem):
            return parent
        smiles = parent.smiles
    found = structure_features(smiles, standardised=True)
    return found if isinstance(found, Problem) else (smiles, found)
