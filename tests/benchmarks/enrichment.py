"""How well a ranking finds actives early: enrichment factor, BEDROC, ROC AUC, and their intervals.

Formulas of `rdkit.ML.Scoring.Scoring`, which a test compares them with; here they are arrays, so
that a thousand resamples of a library take seconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Hits = NDArray[np.bool_]
ALPHA = 20.0
"""BEDROC's weight of the top: 80 % of it comes from the first 8 % (Truchon and Bayly 2007)."""
RESAMPLES = 1000
_INTERVAL = (2.5, 97.5)


def enrichment_factor(hits: Hits, share: float) -> float:
    """Actives among the first `share` of a ranking, relative to a random order.

    Parameters
    ----------
    hits : (n,) bool, whether the structure at each rank is active, the best first.
    """
    first = math.ceil(share * len(hits))
    return float(hits[:first].mean() / hits.mean())


def bedroc(hits: Hits, alpha: float = ALPHA) -> float:
    """Boltzmann-enhanced discrimination, 0 to 1.

    Truchon and Bayly 2007, J. Chem. Inf. Model. 47:488, doi:10.1021/ci600426e.
    """
    n, share = len(hits), float(hits.mean())
    ranks = np.flatnonzero(hits) + 1
    uniform = (1 - math.exp(-alpha)) / (n * (math.exp(alpha / n) - 1))
    found = float(np.exp(-alpha * ranks / n).mean()) / uniform
    most = (1 - math.exp(-alpha * share)) / (share * (1 - math.exp(-alpha)))
    least = (1 - math.exp(alpha * share)) / (share * (1 - math.exp(alpha)))
    return (found - least) / (most - least)


def roc_auc(hits: Hits) -> float:
    """Chance that an active stands before a decoy, both drawn at random."""
    ranks = np.flatnonzero(hits) + 1
    n_active = len(ranks)
    n_decoy = len(hits) - n_active
    behind = ranks.sum() - n_active * (n_active + 1) / 2
    return float(1 - behind / (n_active * n_decoy))


METRICS: Mapping[str, Callable[[Hits], float]] = {
    "ef_1": lambda hits: enrichment_factor(hits, 0.01),
    "ef_5": lambda hits: enrichment_factor(hits, 0.05),
    "bedroc": bedroc,
    "auc": roc_auc,
}


def order_of(scores: NDArray[np.float64], keys: Sequence[str]) -> NDArray[np.int64]:
    """Rows from the highest score to the lowest; missing ones last, ties by key as the ranking."""
    filled = np.where(np.isnan(scores), -np.inf, scores)
    return np.lexsort((np.asarray(keys), -filled)).astype(np.int64)


def resamples(active: Hits, n: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """How often each structure is drawn, (n_structures,) int64, for each of `n` bootstraps.

    Actives and decoys are drawn apart, so that the share of actives stays what it is.
    """
    drawn = np.random.default_rng(seed)
    groups = [np.flatnonzero(active), np.flatnonzero(~active)]
    for _ in range(n):
        rows = np.concatenate([drawn.choice(group, len(group)) for group in groups])
        yield np.bincount(rows, minlength=len(active))


def measure(
    active: Hits,
    orders: Mapping[str, NDArray[np.int64]],
    n: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, dict[str, tuple[float, float, float]]]:
    """Value and 95 % bootstrap interval of each metric for each method, on the same draws.

    Parameters
    ----------
    active : (n_structures,) bool. orders : method to its `order_of` the structures.
    """
    drawn: dict[str, list[list[float]]] = {name: [] for name in orders}
    for counts in resamples(active, n, seed):
        for name, order in orders.items():
            hits = np.repeat(active[order], counts[order])
            drawn[name].append([metric(hits) for metric in METRICS.values()])
    found = {}
    for name, order in orders.items():
        low, high = np.percentile(np.array(drawn[name]), _INTERVAL, axis=0)
        values = [metric(active[order]) for metric in METRICS.values()]
        found[name] = {
            metric: (value, float(bottom), float(top))
            for metric, value, bottom, top in zip(METRICS, values, low, high, strict=True)
        }
    return found
