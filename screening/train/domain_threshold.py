"""From which similarity on an endpoint's predictions are worth more than its base rate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from screening.core.bundle import Kind

DEFAULT_SIMILARITY = 0.35
"""Sheridan et al. 2004 (doi:10.1021/ci049782w) find errors near those of guessing below about 0.3
to 0.4 on similar fingerprints. Data may raise this floor and not lower it: the few structures of a
validation part that lie below it are small and drug-like, and say nothing of marine chemistry."""
CANDIDATES = (0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
IDENTICAL = 1.0
"""Where nothing beats the base value, only a structure with a training fingerprint is in domain."""
_WINDOW = 0.1
_SMALLEST = 30
_SKILL = 0.05


def choose_similarity(
    kind: Kind,
    label: NDArray[np.floating],
    value: NDArray[np.floating],
    similarity: NDArray[np.floating],
    base: float,
) -> tuple[float, str]:
    """Smallest similarity whose window of 0.1 has an error 5 % below that of the base value.

    Parameters
    ----------
    label, value, similarity : (n,) of the validation part. base : mean training label.

    Returns
    -------
    the similarity, at least 0.35 (1.0: no skill was found), and in words where it comes from.
    """
    error = (value - label) ** 2 if kind == "classification" else np.abs(value - label)
    reference = (base - label) ** 2 if kind == "classification" else np.abs(base - label)
    measured = False
    for candidate in CANDIDATES:
        inside = (similarity >= candidate) & (similarity < candidate + _WINDOW)
        if inside.sum() < _SMALLEST:
            continue
        measured = True
        skill = 1 - float(error[inside].mean()) / max(float(reference[inside].mean()), 1e-12)
        if skill > _SKILL:
            return candidate, (
                f"validation error {skill:.0%} below the base value's for similarities of "
                f"{candidate:.2f} to {candidate + _WINDOW:.2f} (n = {int(inside.sum())})"
            )
    if measured:
        return (
            IDENTICAL,
            "no skill: no window of the validation part beats the base value",
        )
    return DEFAULT_SIMILARITY, "default: too few validation structures to measure"
