"""Metrics of a ranking, beside hand-computed cases and RDKit's."""

from __future__ import annotations

import numpy as np
import pytest
from enrichment import bedroc, enrichment_factor, measure, order_of, resamples, roc_auc
from rdkit.ML.Scoring import Scoring


def hits(text: str) -> np.ndarray:
    return np.array([letter == "A" for letter in text])


def test_enrichment_by_hand() -> None:
    # Two of four actives among the first four of sixteen: 2/4 over 4/16.
    assert enrichment_factor(hits("AdAd" + "d" * 10 + "AA"), 0.25) == 2.0
    assert enrichment_factor(hits("A" + "d" * 99), 0.01) == 100.0


def test_the_first_share_is_rounded_up() -> None:
    assert enrichment_factor(hits("dA" + "d" * 8), 0.11) == 5.0


def test_auc_by_hand() -> None:
    # Of the six pairs of active and decoy, four are in order.
    assert roc_auc(hits("AddAd")) == pytest.approx(4 / 6)
    assert roc_auc(hits("AAddd")) == 1.0
    assert roc_auc(hits("dddAA")) == 0.0


def test_bedroc_is_one_at_best_and_nothing_at_worst() -> None:
    assert bedroc(hits("AAA" + "d" * 97)) == pytest.approx(1.0)
    assert bedroc(hits("d" * 97 + "AAA")) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_same_as_rdkit(seed: int) -> None:
    drawn = np.random.default_rng(seed)
    order = drawn.random(997) < drawn.uniform(0.01, 0.3)
    rows = [[active] for active in order]
    assert bedroc(order) == pytest.approx(Scoring.CalcBEDROC(rows, 0, 20.0))
    assert roc_auc(order) == pytest.approx(Scoring.CalcAUC(rows, 0))
    theirs = Scoring.CalcEnrichment(rows, 0, [0.01, 0.05])
    assert [enrichment_factor(order, share) for share in (0.01, 0.05)] == pytest.approx(theirs)


def test_random_scores_enrich_nothing() -> None:
    drawn = np.random.default_rng(1)
    active = np.zeros(2_000, dtype=bool)
    active[:200] = True
    keys = [f"K{number:04d}" for number in range(2_000)]
    found = [active[order_of(drawn.random(2_000), keys)] for _ in range(200)]
    assert np.mean([enrichment_factor(one, 0.05) for one in found]) == pytest.approx(1.0, abs=0.05)
    assert np.mean([roc_auc(one) for one in found]) == pytest.approx(0.5, abs=0.01)


def test_missing_scores_come_last_and_ties_by_key() -> None:
    scores = np.array([0.5, np.nan, 0.5, 0.9, -1.0])
    assert order_of(scores, ["b", "a", "a", "z", "c"]).tolist() == [3, 2, 0, 4, 1]


def test_resamples_keep_the_share_of_actives() -> None:
    active = hits("AAAddddddd")
    for counts in resamples(active, 20, seed=3):
        assert counts[active].sum() == 3
        assert counts[~active].sum() == 7


def test_intervals_hold_the_value_and_come_from_the_seed() -> None:
    drawn = np.random.default_rng(5)
    active = drawn.random(400) < 0.2
    keys = [f"{number:03d}" for number in range(400)]
    orders = {"good": order_of(active + drawn.normal(size=400), keys)}
    found = measure(active, orders, n=200, seed=1)
    assert found == measure(active, orders, n=200, seed=1)
    for value, low, high in found["good"].values():
        assert low <= value <= high
    assert found["good"]["auc"][1] > 0.5
