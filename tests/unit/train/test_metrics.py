from __future__ import annotations

import numpy as np
import pytest

from screening.train.domain_threshold import DEFAULT_SIMILARITY, choose_similarity
from screening.train.losses import endpoint_weights, validation_score
from screening.train.metrics import endpoint_metrics


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


def test_threshold_rises_where_low_similarities_are_guesses() -> None:
    rng = np.random.default_rng(0)
    similarity = rng.uniform(0.2, 0.8, 3000)
    label = (rng.random(3000) < 0.5).astype(float)
    value = np.where(similarity > 0.5, 0.2 + 0.6 * label, 1 - label)
    threshold, reason = choose_similarity("classification", label, value, similarity, 0.5)
    assert threshold in (0.45, 0.5)
    assert "below the base value's" in reason


def test_threshold_never_falls_below_the_floor() -> None:
    similarity = np.linspace(0, 1, 1000)
    label = np.tile([0.0, 1.0], 500)
    threshold, _ = choose_similarity("classification", label, label, similarity, 0.5)
    assert threshold == DEFAULT_SIMILARITY
    few, reason = choose_similarity("regression", label[:5], label[:5], similarity[:5], 0.5)
    assert few == DEFAULT_SIMILARITY
    assert "too few" in reason


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
