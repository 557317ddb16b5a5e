from __future__ import annotations

import math

import numpy as np
import pytest

from screening.core.objectives import DEFAULT_OBJECTIVES, Objective, RankSettings
from screening.rank.scoring import (
    FLOOR,
    NEUTRAL,
    Evidence,
    domain_share,
    score_evidence,
    shares,
)

MORE = Objective(column="potency", worst=0.0, best=1.0, weight=3.0)
LESS = Objective(column="toxicity", worst=1.0, best=0.0, weight=1.0)
NAN = math.nan


def evidence(values: list[list[float]], stds: float = 0.0, inside: bool = True) -> Evidence:
    array = np.array(values, dtype=np.float64)
    return Evidence(array, np.full(array.shape, stds), np.full(array.shape, inside))


def test_score_is_the_weighted_geometric_mean() -> None:
    scores = score_evidence(evidence([[0.8, 0.4]]), RankSettings(objectives=(MORE, LESS)))
    assert scores.score[0] == pytest.approx((0.8**3 * 0.6) ** 0.25)
    assert scores.score_mean[0] == scores.score[0]


def test_effects_add_up_to_the_logarithm_of_the_score() -> None:
    scores = score_evidence(
        evidence([[0.8, 0.4], [NAN, 0.1]], stds=0.1), RankSettings(objectives=(MORE, LESS))
    )
    np.testing.assert_allclose(scores.effect.sum(axis=1), np.log(scores.score / NEUTRAL))


def test_caution_moves_each_value_to_its_bad_side() -> None:
    settings = RankSettings(objectives=(MORE, LESS), caution=2.0)
    scores = score_evidence(evidence([[0.8, 0.4]], stds=0.1), settings)
    np.testing.assert_allclose(scores.desirability, [[0.6, 0.4]])
    assert scores.score_mean[0] == pytest.approx((0.8**3 * 0.6) ** 0.25)
    assert scores.score[0] < scores.score_mean[0]


def test_a_missing_uncertainty_is_no_caution() -> None:
    scores = score_evidence(evidence([[0.8, 0.4]], stds=NAN), RankSettings(objectives=(MORE, LESS)))
    np.testing.assert_allclose(scores.desirability, [[0.8, 0.6]])


def test_outside_the_domain_part_of_the_desirability_is_kept() -> None:
    settings = RankSettings(objectives=(MORE,), out_of_domain_factor=0.25)
    scores = score_evidence(evidence([[0.8]], inside=False), settings)
    assert scores.score[0] == pytest.approx(0.2)
    assert scores.score_mean[0] == pytest.approx(0.8)


def test_values_beyond_the_ends_are_as_good_as_the_ends() -> None:
    settings = RankSettings(objectives=(MORE,))
    scores = score_evidence(evidence([[2.0], [math.inf], [-3.0]]), settings)
    np.testing.assert_allclose(scores.score, [1.0, 1.0, FLOOR])


def test_one_failed_wish_does_not_hide_the_others() -> None:
    settings = RankSettings(objectives=(MORE, LESS))
    better, worse = score_evidence(evidence([[0.0, 0.1], [0.0, 0.9]]), settings).score
    assert better > worse > 0


def test_a_missing_value_is_neutral() -> None:
    settings = RankSettings(objectives=(MORE,))
    scores = score_evidence(evidence([[NAN]], inside=False), settings)
    assert scores.score[0] == NEUTRAL
    assert scores.effect[0, 0] == 0
    assert math.isnan(scores.desirability[0, 0])


def test_a_group_counts_as_one_wish() -> None:
    panels = tuple(
        Objective(column=f"panel_{n}", worst=0, best=1, weight=2.0, group="panels")
        for n in range(9)
    )
    share = shares((*panels, Objective(column="risk", worst=1, best=0, weight=2.0)))
    np.testing.assert_allclose(share, [*[1 / 18] * 9, 0.5])


def test_weights_within_a_group_count_too() -> None:
    heavy = Objective(column="a", worst=0, best=1, weight=3.0, group="g")
    light = Objective(column="b", worst=0, best=1, weight=1.0, group="g")
    alone = Objective(column="c", worst=0, best=1, weight=2.0)
    np.testing.assert_allclose(shares((heavy, light, alone)), [3 / 8, 1 / 8, 1 / 2])


def test_by_default_the_panels_weigh_as_much_as_the_risks() -> None:
    share = shares(DEFAULT_OBJECTIVES)
    by_name = {one.column: value for one, value in zip(DEFAULT_OBJECTIVES, share, strict=True)}
    panels = sum(value for name, value in by_name.items() if name.startswith("nci60_"))
    chemistry = by_name["sa_score"] + by_name["np_likeness"]
    assert share.sum() == pytest.approx(1.0)
    assert panels == pytest.approx(1.0 - panels - chemistry)


def test_domain_share_weighs_predictions_only() -> None:
    inside = np.array([[True, False, True], [False, False, True]])
    predicted = np.array([True, True, False])
    objectives = (MORE, LESS, Objective(column="mass", worst=9.0, best=1.0, weight=7.0))
    np.testing.assert_allclose(domain_share(inside, predicted, objectives), [0.75, 0.0])
    assert np.isnan(domain_share(inside, np.zeros(3, dtype=bool), objectives)).all()
