from __future__ import annotations

import numpy as np
import pytest

from screening.core.bundle import DomainLimits, Kind
from screening.estimators.metrics import endpoint_metrics
from screening.estimators.verdict import VERDICTS, judge
from screening.train.domain_limits import (
    LOWEST_EDGE,
    LOWEST_IN,
    Errors,
    choose_limits,
    errors_of,
)
from screening.train.losses import endpoint_weights, validation_score


def test_classification_metrics_of_a_perfect_ranking() -> None:
    metrics = endpoint_metrics("classification", np.array([0, 0, 1, 1]), np.array([0, 0, 1, 1]))
    assert metrics["auroc"] == metrics["auprc"] == 1
    assert metrics["brier"] == metrics["ece"] == 0


def test_regression_metrics_of_a_shifted_line() -> None:
    label = np.arange(10.0)
    metrics = endpoint_metrics("regression", label, label + 1)
    assert metrics["mae"] == 1
    assert metrics["spearman"] == 1
    assert metrics["r2"] == pytest.approx(1 - 10 / 82.5, abs=1e-4)


def test_undefined_metrics_are_none() -> None:
    assert endpoint_metrics("classification", np.ones(4), np.full(4, 0.7))["auroc"] is None
    assert endpoint_metrics("classification", np.ones(0), np.ones(0))["ece"] is None
    assert endpoint_metrics("regression", np.ones(2), np.ones(2))["mae"] is None
    assert endpoint_metrics("regression", np.arange(4.0), np.ones(4))["spearman"] is None


def errors(
    kind: Kind, label: np.ndarray, value: np.ndarray, similarity: np.ndarray, base: float = 0.5
) -> Errors:
    distance = np.linspace(0, 10, len(label), dtype=np.float32)
    return errors_of(
        kind, label, value, base, similarity=similarity.astype(np.float32), distance=distance
    )


def test_limits_rise_where_low_similarities_are_guesses() -> None:
    rng = np.random.default_rng(0)
    similarity = rng.uniform(0.1, 0.8, 6000)
    label = (rng.random(6000) < 0.5).astype(float)
    value = np.where(similarity > 0.5, 0.2 + 0.6 * label, 0.5)
    value = np.where((similarity > 0.35) & (similarity <= 0.5), 0.35 + 0.3 * label, value)
    (found,) = choose_limits([errors("classification", label, value, similarity)])
    assert found.similarity_in == pytest.approx(0.5)
    assert found.similarity_edge == pytest.approx(0.35)
    assert "of its own" in found.reason
    assert (found.distance_in, found.distance_edge) == (9.9, 9.99)


def test_limits_never_fall_below_the_floor() -> None:
    similarity = np.linspace(0, 1, 1000)
    label = np.tile([0.0, 1.0], 500)
    (found,) = choose_limits([errors("classification", label, label, similarity)])
    assert (found.similarity_in, found.similarity_edge) == (LOWEST_IN, LOWEST_EDGE)
    (few,) = choose_limits([errors("regression", label[:5], label[:5], similarity[:5])])
    assert few.similarity_in == LOWEST_IN
    assert "too few" in few.reason


def test_small_endpoints_take_the_curve_of_their_bundle() -> None:
    rng = np.random.default_rng(1)
    similarity = rng.uniform(0.1, 0.8, 6000)
    label = (rng.random(6000) < 0.5).astype(float)
    value = np.where(similarity > 0.5, label, 0.5)
    big = errors("classification", label, value, similarity)
    small = errors("classification", label[:100], value[:100], similarity[:100])
    found = choose_limits([big, small])
    assert found[0].similarity_in == found[1].similarity_in == pytest.approx(0.5)
    assert "all endpoints" in found[1].reason


def test_without_skill_only_a_known_fingerprint_is_in() -> None:
    similarity = np.linspace(0, 1, 1000)
    label = np.tile([0.0, 1.0], 500)
    (found,) = choose_limits([errors("classification", label, 1 - label, similarity)])
    assert found.similarity_in == found.similarity_edge == 1
    assert "no skill" in found.reason


def test_a_verdict_needs_both_likeness_and_place() -> None:
    limit = DomainLimits(
        similarity_in=0.4, similarity_edge=0.3, distance_in=5, distance_edge=9, reason=""
    )
    similarity = np.array([[0.5], [0.5], [0.5], [0.35], [0.2]], np.float32)
    distance = np.array([[4], [6], [10], [4], [4]], np.float32)
    verdict = judge(similarity, distance, [limit])[:, 0]
    assert [VERDICTS[code] for code in verdict] == ["in", "edge", "out", "edge", "out"]


def test_small_endpoints_weigh_more_within_bounds() -> None:
    targets = np.full((1000, 3), np.nan, np.float32)
    targets[:, 0], targets[:50, 1], targets[0, 2] = 1, 1, 1
    weights = endpoint_weights(targets)
    assert weights[0] < weights[1] < weights[2] == 4


def test_a_constant_scores_one_and_no_labels_score_nothing() -> None:
    targets = np.array([[0.0], [1.0], [1.0], [1.0]], np.float32)
    constant = np.full((4, 1), np.log(3), np.float32)
    is_class = np.array([True])
    assert validation_score(constant, targets, targets, is_class) == pytest.approx(1, abs=1e-5)
    empty = np.full((4, 1), np.nan, np.float32)
    assert np.isnan(validation_score(constant, empty, targets, is_class))
