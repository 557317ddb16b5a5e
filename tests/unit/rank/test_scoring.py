from __future__ import annotations

import math

import numpy as np
import pytest

from screening.core.objectives import Objective, RankSettings
from screening.core.profiles import PROFILES
from screening.rank.evidence import Evidence
from screening.rank.quantities import EDGE, IN, OUT
from screening.rank.scoring import (
    EDGE_COST,
    FLOOR,
    NEUTRAL,
    domain_share,
    score_evidence,
    shares,
)

MORE = Objective(column="potency", worst=0.0, best=1.0, weight=3.0)
LESS = Objective(column="toxicity", worst=1.0, best=0.0, weight=1.0)
NAN = math.nan


def evidence(values: list[list[float]], stds: float = 0.0, verdict: int = IN) -> Evidence:
    array = np.array(values, dtype=np.float64)
    return Evidence(
        array,
        np.full(array.shape, stds),
        np.zeros(array.shape),
        np.full(array.shape, verdict, dtype=np.int8),
    )


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
    scores = score_evidence(evidence([[0.8]], verdict=OUT), settings)
    assert scores.score[0] == pytest.approx(0.2)
    assert scores.score_mean[0] == pytest.approx(0.8)


def test_the_edge_costs_by_what_its_error_is() -> None:
    settings = RankSettings(objectives=(MORE,), out_of_domain_factor=0.5)
    scores = score_evidence(evidence([[0.8]], verdict=EDGE), settings)
    assert scores.score[0] == pytest.approx(0.8 * (1 - 0.5 * EDGE_COST))
    assert pytest.approx(0.5714, abs=1e-4) == EDGE_COST


def test_the_two_sides_of_a_difference_err_apart() -> None:
    both = evidence([[0.8]], stds=0.3)
    both = Evidence(both.values, both.stds, np.full((1, 1), 0.4), both.verdicts)
    scores = score_evidence(both, RankSettings(objectives=(MORE,)))
    assert scores.desirability[0, 0] == pytest.approx(0.8 - 0.5)


def test_a_wish_of_no_weight_does_not_count() -> None:
    told = Objective(column="told", worst=0.0, best=1.0, weight=0.0)
    with_it = score_evidence(evidence([[0.8, 0.0]]), RankSettings(objectives=(MORE, told)))
    assert with_it.score[0] == pytest.approx(0.8)
    assert with_it.effect[0, 1] == 0


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
    scores = score_evidence(evidence([[NAN]], verdict=OUT), settings)
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


@pytest.mark.parametrize("name", PROFILES)
def test_in_every_profile_activity_weighs_as_much_as_safety(name: str) -> None:
    objectives = PROFILES[name].objectives
    share = shares(objectives)
    of_aim = {
        aim: sum(its for one, its in zip(objectives, share, strict=True) if one.aim == aim)
        for aim in ("activity", "safety", "supply")
    }
    assert sum(of_aim.values()) == pytest.approx(1.0)
    assert of_aim["activity"] == pytest.approx(of_aim["safety"])
    assert of_aim["supply"] < of_aim["safety"] / 3


def test_domain_share_weighs_predictions_only() -> None:
    inside = np.array([[IN, EDGE, IN], [OUT, OUT, IN]], dtype=np.int8)
    predicted = np.array([True, True, False])
    objectives = (MORE, LESS, Objective(column="mass", worst=9.0, best=1.0, weight=7.0))
    np.testing.assert_allclose(domain_share(inside, predicted, objectives), [0.75, 0.0])
    assert np.isnan(domain_share(inside, np.zeros(3, dtype=bool), objectives)).all()
