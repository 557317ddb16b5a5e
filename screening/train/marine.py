"""Which share of a marine library lies in the domain of each endpoint."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from screening.core.bundle import DomainLimits
from screening.estimators.inference import run_network
from screening.estimators.network import MultiTaskNetwork
from screening.estimators.verdict import VERDICTS, judge
from screening.train.assemble import RawTable
from screening.train.domain import Domain
from screening.train.featurised import featurise_all
from screening.train.structures import Structure, Structures, standardise_all

SAMPLE = 2000
"""Structures looked at: a standard error of at most 1.1 percentage points."""
_SEED = 0


@dataclass(frozen=True)
class MarineShare:
    """Only numbers: the library's structures are not kept.

    structures : flat structures of the library. sample : those that were looked at.
    verdicts : name of the verdict → its share per endpoint. median_similarity : per endpoint, to
    the nearest training structure.
    """

    library: str
    structures: int
    sample: int
    verdicts: dict[str, list[float]]
    median_similarity: list[float]


@dataclass(frozen=True)
class MarineLibrary:
    """A table of marine compounds, and what the card calls it."""

    name: str
    table: RawTable


def marine_structures(
    library: MarineLibrary, workers: int, structures: Structures | None = None
) -> dict[str, str]:
    """Flat key → parent SMILES of a library.

    Parameters
    ----------
    structures : standardised structures, where they are at hand already.
    """
    texts = [text.strip() for text in library.table.frame[library.table.smiles_column]]
    if structures is None:
        structures = standardise_all(texts, workers)
    found = [structures[text] for text in texts]
    return {item.flat_key: item.smiles for item in found if isinstance(item, Structure)}


def marine_share(
    name: str,
    parents: Mapping[str, str],
    domain: Domain,
    network: MultiTaskNetwork,
    limits: Sequence[DomainLimits],
    *,
    workers: int,
) -> MarineShare:
    """Verdicts on a library's flat structures, on a fixed sample of at most 2,000.

    Parameters
    ----------
    name, parents : of the library. network : the one in whose space distances are.
    limits : of each endpoint.
    """
    drawn = sorted(parents)
    random.Random(_SEED).shuffle(drawn)
    packed, _ = featurise_all([parents[key] for key in drawn[:SAMPLE]], workers)
    rows = np.arange(len(packed), dtype=np.int64)
    similarity = domain.index.nearest(packed, rows).similarity[:, :, 0]
    distance = domain.space.distance(run_network(network, packed, rows).represented)
    verdict = judge(similarity, distance, limits)
    return MarineShare(
        name,
        len(parents),
        len(packed),
        {
            word: [round(float(share), 4) for share in (verdict == code).mean(0)]
            for code, word in enumerate(VERDICTS)
        },
        [round(float(value), 3) for value in np.median(similarity, axis=0)],
    )
