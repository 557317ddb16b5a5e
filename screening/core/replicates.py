"""Replicates of one structure in one endpoint, merged: the median, its bounds, and the spread."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from screening.core.measurement import Bounds, Kind

# Replicates further apart than this disagree. One log unit is beyond what even different
# laboratories scatter (pIC50: SD 0.68, Kalliokoski 2013, doi:10.1371/journal.pone.0061007). Of an
# assay whose Z' is 0.5 (Zhang 1999, doi:10.1177/108705719900400206), two replicates are 30 points
# apart once in a hundred times.
DISAGREEMENT: dict[Kind, float] = {"concentration": 1.0, "percent": 30.0}
# What a concentration is a measure of, as endpoints name it; `p` before it is its −log10.
_QUANTITY = re.compile(r"(?<![A-Za-z])(IC50|EC50|GI50|CC50|LC50|AC50|Ki|Kd|MIC)(?![A-Za-z0-9])")


@dataclass(frozen=True)
class Merged:
    """What replicates say together.

    Parameters
    ----------
    kind : what was measured. n : replicates. n_censored : those of them that are bounds.
    median : bounds of the median of the true values; equal where it is known.
    spread : the least by which the replicates differ.
    """

    kind: Kind
    n: int
    n_censored: int
    median: Bounds
    spread: float

    @property
    def value(self) -> float | None:
        """The median; None where bounds leave it open."""
        return self.median.low if self.median.low == self.median.high else None

    @property
    def disagree(self) -> bool:
        """Whether the replicates are further apart than `DISAGREEMENT`."""
        return self.spread > DISAGREEMENT[self.kind]

    def active(self, threshold: float) -> bool | None:
        """Whether it is at least as active as a threshold; None where the bounds leave it open."""
        return side_of(self.median, threshold)


def merge_replicates(kind: Kind, replicates: Sequence[Bounds]) -> Merged:
    """Merge replicates, of which there is at least one.

    The median of true values, each of which lies between its own bounds, lies between the medians
    of their lower and of their upper bounds, and nothing closer can be said of it. So a bound
    counts as far as it is known: `>50 µM` beside 5 and 6 µM leaves the median 6 µM.
    """
    low, high = (median(ends) for ends in zip(*replicates, strict=True))
    least = max(one.low for one in replicates) - min(one.high for one in replicates)
    return Merged(
        kind,
        len(replicates),
        sum(one.low != one.high for one in replicates),
        Bounds(low, high),
        round(max(0.0, least), 9),
    )


def side_of(bounds: Bounds, threshold: float) -> bool | None:
    """Whether an activity is at least a threshold; a bound at the threshold itself decides."""
    if bounds.low >= threshold:
        return True
    return False if bounds.high <= threshold else None


def in_words(endpoint: str, merged: Merged) -> str:
    """Such as `HDAC1 IC50: pIC50 6.20 (n=3)`, or `pIC50 < 4.30` where that is all that is known."""
    doubt = f", replicates {merged.spread:.1f} apart" if merged.disagree else ""
    return f"{endpoint}: {_amount(endpoint, merged)} (n={merged.n}{doubt})"


def _amount(endpoint: str, merged: Merged) -> str:
    if merged.kind == "percent":
        return f"{_number(merged.median, 0)} %"
    found = _QUANTITY.search(endpoint)
    return f"{f'p{found[1]}' if found else '−log M'} {_number(merged.median, 2)}"


def _number(bounds: Bounds, digits: int) -> str:
    low, high = bounds
    if low == high:
        return f"{low:.{digits}f}"
    if math.isinf(low):
        return "not decided" if math.isinf(high) else f"< {high:.{digits}f}"
    return f"> {low:.{digits}f}" if math.isinf(high) else f"{low:.{digits}f}–{high:.{digits}f}"
