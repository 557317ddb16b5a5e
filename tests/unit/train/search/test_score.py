from __future__ import annotations

import numpy as np
import pytest

from screening.train.search.score import WORST, blended_score

RNG = np.random.default_rng(0)
LABEL = (np.arange(400) % 4 == 0).astype(np.float32)[:, None]
CLASS, VALUE = np.array([True]), np.array([False])


def noisy(strength: float) -> np.ndarray:
    return (strength * (2 * LABEL - 1) + RNG.normal(size=LABEL.shape)).astype(np.float32)


def test_a_better_separation_scores_lower_and_calibration_does_not_count() -> None:
    weak, strong = noisy(0.5), noisy(2.0)
    assert blended_score(strong, strong, LABEL, CLASS) < blended_score(weak, weak, LABEL, CLASS) < 1
    shifted = 5 * strong + 3
    assert blended_score(shifted, shifted, LABEL, CLASS) == pytest.approx(
        blended_score(strong, strong, LABEL, CLASS), abs=1e-4
    )


def test_a_wrong_sign_is_worth_the_base_rate_and_divergence_the_worst() -> None:
    strong = noisy(2.0)
    assert blended_score(-strong, -strong, LABEL, CLASS) == 1.0
    diverged = np.full_like(strong, np.inf)
    assert blended_score(diverged, strong, LABEL, CLASS) == WORST
    assert blended_score(diverged, strong, LABEL, VALUE) == WORST


def test_what_is_not_learned_yet_or_has_one_class_is_left_out() -> None:
    strong = noisy(2.0)
    half = strong.copy()
    half[200:] = np.nan
    assert blended_score(half, strong, LABEL, CLASS) == blended_score(
        strong[:200], strong[:200], LABEL[:200], CLASS
    )
    two = np.hstack([LABEL, np.ones_like(LABEL)])
    both = np.hstack([strong, strong])
    assert blended_score(both, both, two, np.array([True, True])) == blended_score(
        strong, strong, LABEL, CLASS
    )
    assert np.isnan(blended_score(strong, strong, np.ones_like(LABEL), CLASS))


def test_a_value_is_measured_by_its_error() -> None:
    value = RNG.normal(size=(300, 1)).astype(np.float32)
    assert blended_score(value, value, value, VALUE) == 0
    assert blended_score(0 * value, 0 * value, value, VALUE) == 1.0
