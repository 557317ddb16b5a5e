"""Which share of a marine library lies in the domain of each endpoint."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from screening.estimators.domain import DomainIndex
from screening.train.assemble import RawTable
from screening.train.featurised import featurise_all
from screening.train.structures import Structure, Structures, standardise_all

SAMPLE = 2000
"""Structures looked at: a standard error of at most 1.1 percentage points."""
_SEED = 0


@dataclass(frozen=True)
class MarineShare:
    """Only numbers: the library's structures are not kept.

    structures : flat structures of the library. sample : those that were looked at.
    share : in domain per endpoint. median_similarity : to the nearest training structure.
    """

    library: str
    structures: int
    sample: int
    share: list[float]
    median_similarity: list[float]


def marine_share(
    library: RawTable,
    domain: DomainIndex,
    thresholds: Sequence[float],
    *,
    workers: int,
    structures: Structures | None = None,
    name: str = "CMNPD 1.0",
) -> MarineShare:
    """Share of a library's flat structures in domain, on a fixed sample of at most 2,000.

    Parameters
    ----------
    library : table of compounds. thresholds : similarity threshold of each endpoint.
    """
    texts = [text.strip() for text in library.frame[library.smiles_column]]
    if structures is None:
        structures = standardise_all(texts, workers)
    found = [structures[text] for text in texts]
    parents = {item.flat_key: item.smiles for item in found if isinstance(item, Structure)}
    drawn = sorted(parents)
    random.Random(_SEED).shuffle(drawn)
    packed, _ = featurise_all([parents[key] for key in drawn[:SAMPLE]], workers)
    offset = packed.bit_offset
    queries = [packed.bits[offset[row] : offset[row + 1]] for row in range(len(packed))]
    similarity = domain.nearest(queries).similarity
    inside = similarity >= np.asarray(thresholds, np.float32)
    return MarineShare(
        name,
        len(parents),
        len(packed),
        [round(float(value), 4) for value in inside.mean(0)],
        [round(float(value), 3) for value in np.median(similarity, axis=0)],
    )
