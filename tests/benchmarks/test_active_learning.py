from __future__ import annotations

import active_learning
import numpy as np
import pandas as pd
import pytest
from active_learning import RULES, campaign, probabilities
from active_learning_pictures import interval, summarise
from active_learning_rules import BATCH, Round, picked
from active_learning_sets import Pool
from scipy.sparse import csr_matrix

from screening.estimators.features import Features, featurise, pack
from screening.estimators.trees import tree_matrix

RINGS = ("c1ccccc1", "c1ccncc1", "C1CCCCC1", "C1CCNCC1", "c1ccsc1", "C1CCOC1")
TAILS = ("O", "N", "Cl", "C(=O)O", "C(F)(F)F", "S", "C#N")


def pool_of(n: int) -> Pool:
    """Rings with a chain and a tail; acids are active."""
    smiles = [
        f"{RINGS[i % len(RINGS)]}{'C' * (1 + i // 42)}{TAILS[(i // 6) % len(TAILS)]}"
        for i in range(n)
    ]
    features = [one for one in map(featurise, smiles) if isinstance(one, Features)]
    assert len(features) == n
    matrix = csr_matrix(tree_matrix(pack(features), np.arange(n)))
    return Pool("made", smiles, [""] * n, np.array(["(=O)O" in one for one in smiles]), matrix)


@pytest.fixture(scope="module")
def pool() -> Pool:
    return pool_of(420)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_chooses_a_batch_that_is_free(pool: Pool, name: str) -> None:
    free = np.arange(10, 410)
    members = np.random.default_rng(3).random((5, len(free)))
    chosen = RULES[name](Round(pool, free, members, np.random.default_rng(1)))
    assert len(set(chosen.tolist())) == BATCH
    assert set(chosen.tolist()) <= set(free.tolist())


def test_a_pick_without_limits_is_greedy(pool: Pool) -> None:
    free = np.arange(len(pool))
    members = np.random.default_rng(3).random((5, len(free)))
    now = Round(pool, free, members, np.random.default_rng(1))
    without = picked(caution=0, similarity=1, explore=0)
    assert without(now).tolist() == RULES["greedy"](now).tolist()


def test_the_model_learns_and_a_campaign_repeats(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(active_learning, "ROUNDS", 2)
    first, second = campaign(pool, "greedy", 1), campaign(pool, "greedy", 1)
    assert first.equals(second)
    by_chance = campaign(pool, "random", 1)
    assert by_chance["found"][0] == first["found"][0]
    assert first["found"].iloc[-1] == pool.active.sum()  # 60 acids, and 300 assays
    assert by_chance["found"].iloc[-1] < pool.active.sum()


def test_without_two_classes_chance_decides(pool: Pool) -> None:
    inactive = np.flatnonzero(~pool.active)[:100]
    members = probabilities(pool, inactive, np.arange(400, 420), seed=1)
    assert members.shape == (5, 20)
    assert members.std() > 0


def test_intervals_are_those_of_student() -> None:
    assert interval(np.array([1.0, 2.0, 3.0])) == pytest.approx(2.4841, abs=1e-3)
    assert np.isnan(interval(np.array([1.0])))
    found = pd.DataFrame(
        {
            "set": "x",
            "rule": ["greedy", "greedy", "y", "y"],
            "seed": [0, 1, 0, 1],
            "round": 10,
            "found": [4, 6, 5, 9],
            "scaffolds": [1, 2, 3, 4],
        }
    )
    [_, other] = summarise(found).to_dict("records")
    assert (other["found"], other["scaffolds"], other["seeds"]) == (7, 3.5, 2)
    assert other["over_greedy"] == 2.0
    assert other["over_greedy_interval"] == pytest.approx(12.7, abs=0.1)
