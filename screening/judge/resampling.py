"""The paired bootstrap over compounds.

Each draw takes as many compounds as the fixed test has, with replacement, and both models are
measured on the same draw: what makes a compound hard is hard for both and cancels in the
difference (Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapters 8 and 13). One
draw serves all endpoints, since a compound brings all its labels along; so the draws also hold how
the endpoints go together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screening.judge.measures import Floats, Measure

# Draws at a time: their weights take 64 MB for 40,000 compounds.
_BLOCK = 200
# With more draws undefined than this share, their quantiles mean little.
_LEAST_DEFINED = 0.5


@dataclass(frozen=True)
class Interval:
    """A difference, the ends of its interval, and the share of draws in which it is above 0."""

    difference: float
    low: float
    high: float
    share_better: float


def resample(
    measures: Sequence[Measure], n_compounds: int, draws: int, seed: int
) -> tuple[Floats, Floats]:
    """Measures on the whole test (n_measures,) and on each draw (n_measures, n_draws)."""
    whole = np.ones((n_compounds, 1))
    point = np.array([measure(whole)[0] for measure in measures])
    blocks = [
        np.stack([measure(weights) for measure in measures])
        for weights in _weights(n_compounds, draws, seed)
    ]
    return point, np.concatenate(blocks, axis=1)


def _weights(n_compounds: int, draws: int, seed: int) -> Iterator[Floats]:
    """How often each compound is in each draw, (n_compounds, n_draws), a block at a time."""
    random = np.random.default_rng(seed)
    even = np.full(n_compounds, 1 / n_compounds)
    for start in range(0, draws, _BLOCK):
        size = min(_BLOCK, draws - start)
        drawn = random.multinomial(n_compounds, even, size=size)
        yield np.ascontiguousarray(drawn.T, dtype=np.float64)


def percentile_interval(difference: float, drawn: Floats, confidence: float) -> Interval | None:
    """The interval between percentiles of the draws; None where too few are defined."""
    known = drawn[np.isfinite(drawn)]
    if not np.isfinite(difference) or len(known) < _LEAST_DEFINED * len(drawn):
        return None
    low, high = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Interval(difference, float(low), float(high), float((known > 0).mean()))


def joint_intervals(differences: Floats, drawn: Floats, confidence: float) -> list[Interval | None]:
    """Intervals of several differences that hold all together with the stated confidence.

    With seventy differences, each with an interval of its own of 95 %, some would nearly always
    lie below 0 by chance. The half width is therefore so many standard errors as the largest
    deviation among all differences reaches in that share of the draws (single-step max-T: Westfall
    and Young 1993, Resampling-Based Multiple Testing; Romano and Wolf 2005,
    doi:10.1198/016214504000000539). Differences that go together cost less than Bonferroni's.

    Parameters
    ----------
    differences : (n,) on the whole test. drawn : (n, n_draws).
    """
    judged = np.isfinite(differences) & (np.isfinite(drawn).mean(1) >= _LEAST_DEFINED)
    error = _standard_errors(drawn)
    moving = judged & (error > 0)
    half = np.zeros(len(differences))
    if moving.any():
        part = drawn[moving]
        centred = np.abs(part - np.nanmean(part, axis=1, keepdims=True))
        # A draw that leaves a difference undefined says nothing about it.
        largest = np.nan_to_num(centred / error[moving][:, None]).max(0)
        half[moving] = np.quantile(largest, confidence) * error[moving]
    return [
        Interval(
            float(differences[row]),
            float(differences[row] - half[row]),
            float(differences[row] + half[row]),
            float((drawn[row][np.isfinite(drawn[row])] > 0).mean()),
        )
        if judged[row]
        else None
        for row in range(len(differences))
    ]


def _standard_errors(drawn: NDArray[np.float64]) -> Floats:
    known = np.isfinite(drawn)
    filled = np.where(known, drawn, 0.0)
    count = np.maximum(known.sum(1), 1)
    mean = filled.sum(1) / count
    square = np.where(known, (drawn - mean[:, None]) ** 2, 0.0).sum(1) / count
    # Below this the difference is rounding: both models say the same.
    return np.where(square > 1e-24, np.sqrt(square), 0.0)
