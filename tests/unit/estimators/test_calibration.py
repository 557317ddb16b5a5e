from __future__ import annotations

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from screening.estimators.blend import OneEndpoint
from screening.estimators.calibration import (
    Calibration,
    chance_calibration_error,
    conformal_half_width,
    expected_calibration_error,
    fit_platt,
    log_loss,
)
from screening.train.calibrate import EVEN, Scaling, calibrate_classifier, calibrate_regressor


def sample(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    logit = rng.normal(0, 3, n)
    label = (rng.random(n) < 1 / (1 + np.exp(-(0.5 * logit - 1)))).astype(float)
    return logit, label


def saying(networks: np.ndarray, trees: np.ndarray, votes: np.ndarray) -> OneEndpoint:
    return OneEndpoint(*(one.astype(np.float32) for one in (networks[None], trees, votes)))


def classifier(logit: np.ndarray, label: np.ndarray) -> Calibration:
    """With networks, trees and neighbours that agree."""
    return calibrate_classifier(saying(logit, logit, logit), label)


@pytest.mark.parametrize(("times", "plus"), [(1, 0), (10, 0), (3, 5), (1, -20), (0.1, 0)])
def test_platt_agrees_with_scikit_learn(times: float, plus: float) -> None:
    """Of logits of overconfident and of shy networks, too, and of those far from zero."""
    logit, label = sample(2000)
    logit = times * logit + plus
    reference = LogisticRegression(C=1e6, tol=1e-10).fit(logit[:, None], label)
    slope, intercept = fit_platt(logit, label)
    assert slope == pytest.approx(reference.coef_[0, 0], abs=1e-3)
    assert intercept == pytest.approx(reference.intercept_[0], abs=1e-3)


def test_platt_is_finite_where_classes_separate() -> None:
    logit = np.linspace(-5, 5, 40)
    slope, intercept = fit_platt(logit, (logit > 0).astype(float))
    assert np.isfinite([slope, intercept]).all()


def test_isotonic_evaluation_agrees_with_scikit_learn() -> None:
    logit, label = sample(3000)
    fitted = IsotonicRegression(out_of_bounds="clip").fit(logit, label)
    ours = Calibration(
        method="isotonic", x=tuple(fitted.X_thresholds_), y=tuple(fitted.y_thresholds_)
    )
    query = np.linspace(-12, 12, 301)
    np.testing.assert_allclose(ours.apply(query), fitted.predict(query), atol=1e-9)


def test_small_parts_are_left_alone() -> None:
    logit, label = sample(30)
    label[:] = 0
    label[:3] = 1
    calibration = classifier(logit, label)
    assert calibration.method == "identity"
    assert "3 held-out structures" in calibration.note


def test_calibration_improves_log_loss() -> None:
    logit, label = sample(2000)
    calibration = classifier(logit, label)
    fresh_logit, fresh_label = sample(2000, seed=1)
    raw = log_loss(fresh_label, Calibration(method="identity").apply(fresh_logit))
    assert log_loss(fresh_label, calibration.apply(fresh_logit)) < raw


def test_reversed_scores_fall_back_to_the_base_rate() -> None:
    logit, label = sample(2000)
    calibration = classifier(-logit, label)
    np.testing.assert_allclose(calibration.apply(np.array([-3.0, 3.0])), label.mean(), atol=1e-6)


def test_conformal_interval_covers_nine_in_ten() -> None:
    rng = np.random.default_rng(3)
    width = conformal_half_width(rng.normal(size=2000))
    assert np.mean(np.abs(rng.normal(size=20000)) <= width) == pytest.approx(0.9, abs=0.02)


def test_regression_is_put_back_into_its_unit() -> None:
    value = np.array([4.0, 5.0, 6.0, 7.0])
    raw = ((value - 5.5) / 2).astype(np.float32)
    calibration = calibrate_regressor(saying(raw, raw, raw), value, Scaling("linear", 5.5, 2.0))
    np.testing.assert_allclose(calibration.apply((value - 5.5) / 2), value)
    assert calibration.half_width == pytest.approx(0.0, abs=1e-12)


def test_a_logarithm_is_undone_and_its_interval_is_a_factor() -> None:
    value = np.array([0.1, 1.0, 10.0, 100.0])
    raw = np.log10(value).astype(np.float32)
    noisy = raw + np.array([0.1, -0.1, 0.1, -0.1], np.float32)
    calibration = calibrate_regressor(
        saying(noisy, noisy, noisy), np.log10(value), Scaling("log10")
    )
    np.testing.assert_allclose(calibration.apply(raw), value, rtol=1e-6)
    low, high = calibration.interval(raw)
    np.testing.assert_allclose(high / low, 10**0.2, rtol=1e-5)


@pytest.mark.parametrize("better", ["networks", "trees", "votes"])
def test_the_best_of_three_gets_the_greatest_share(better: str) -> None:
    logit, label = sample(2000)
    random = np.random.default_rng(1)
    outputs = {who: random.normal(0, 3, 2000) for who in ("networks", "trees", "votes")}
    shares = calibrate_classifier(saying(**{**outputs, better: logit}), label).shares
    assert getattr(shares, better) > 0.5


def test_few_structures_seldom_choose_among_equals() -> None:
    """The best of many choices on sixty structures is best by chance; gain alone chooses 77 %."""
    random = np.random.default_rng(0)
    even = 0
    for _ in range(60):
        truth = random.normal(0, 1.5, 60)
        label = (random.random(60) < 1 / (1 + np.exp(-truth))).astype(float)
        said = saying(*(truth + random.normal(0, 1.2, 60) for _ in range(3)))
        even += calibrate_classifier(said, label).shares == EVEN
    assert even > 36


def test_equals_share_evenly() -> None:
    logit, label = sample(2000)
    shares = classifier(logit, label).shares
    assert shares.networks == pytest.approx(shares.trees) == pytest.approx(shares.votes)


@pytest.mark.parametrize("n", [2000, 6])
def test_neighbours_whose_labels_are_withheld_have_no_share(n: int) -> None:
    """However much better they are, and where there is too little to choose by."""
    logit, label = sample(n)
    said = saying(-logit, -logit, logit)
    assert calibrate_classifier(said, label, can_vote=False).shares.votes == 0
    assert calibrate_regressor(said, logit, Scaling(), can_vote=False).shares.votes == 0


def test_ece_of_a_perfect_and_a_confident_forecast() -> None:
    label = np.array([0.0, 1.0] * 500)
    assert expected_calibration_error(label, np.full(1000, 0.5)) == pytest.approx(0)
    assert expected_calibration_error(label, np.full(1000, 0.9)) == pytest.approx(0.4)


def test_chance_alone_makes_an_error_that_falls_with_the_number() -> None:
    """Of ten bins of 40 structures at one half, each is off by 0.063 in the mean (half normal)."""
    few, many = (chance_calibration_error(np.full(n, 0.5)) for n in (400, 40_000))
    assert few == pytest.approx(0.5 / np.sqrt(40) * np.sqrt(2 / np.pi), rel=0.05)
    assert many == pytest.approx(few / 10, rel=0.1)
