from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from screening.core.objectives import Objective, RankSettings
from screening.rank.evidence import Evidence
from screening.rank.judged import Judged
from screening.rank.quantities import IN, OUT, Quantity
from screening.rank.stability import TopShares

ONE = Objective(column="a", worst=0.0, best=1.0)
PANELS = tuple(
    Objective(column=name, worst=-100.0, best=100.0, group="panels") for name in "abcdefghi"
)


def judged(*objectives: Objective) -> list[Judged]:
    return [
        Judged(one, (Quantity(one.column, "probability", "prediction", has_std=True),))
        for one in objectives
    ]


def evidence(values: list[list[float]], stds: float, verdict: int = IN) -> Evidence:
    array = np.array(values, dtype=np.float64)
    return Evidence(
        array,
        np.full(array.shape, stds),
        np.zeros(array.shape),
        np.full(array.shape, verdict, dtype=np.int8),
    )


def top_shares(
    objectives: tuple[Objective, ...], given: Evidence, top: int = 1, draws: int = 400
) -> list[float]:
    rules = RankSettings(objectives=objectives, top=top, draws=draws)
    of = TopShares(judged(*objectives), rules)
    keys = [f"s{number}" for number in range(len(given.values))]
    of.add(keys, keys, given)
    shares = of.shares()
    return [shares.get(key, 0.0) for key in keys]


def test_the_share_is_the_chance_to_be_better() -> None:
    # The difference of two normal deviates of 0.1 each: 0.05 apart, it is positive in 64 %.
    better, worse = top_shares((ONE,), evidence([[0.55], [0.5]], 0.1), draws=4_000)
    assert better == pytest.approx(norm.cdf(0.05 / np.hypot(0.1, 0.1)), abs=0.03)
    assert better + worse == pytest.approx(1.0)


def test_without_uncertainty_the_best_are_sure_and_ties_go_to_the_first_compound() -> None:
    shares = top_shares((ONE,), evidence([[0.5], [0.5], [0.9], [0.5]], 0.0), top=2)
    assert shares == [1.0, 0.0, 1.0, 0.0]


def test_the_panels_of_a_group_deviate_together() -> None:
    values = [[5.0] * len(PANELS), [0.0] * len(PANELS)]
    together = top_shares(PANELS, evidence(values, 10.0), draws=2_000)
    # Apart, nine panels would average out: the first would be better in 86 %.
    assert together[0] == pytest.approx(norm.cdf(5.0 / np.hypot(10.0, 10.0)), abs=0.05)


def test_distrust_of_what_is_out_of_domain_stays() -> None:
    both = evidence([[0.6], [0.5]], 0.01)
    verdicts = np.array([[OUT], [IN]], dtype=np.int8)
    shares = top_shares((ONE,), Evidence(both.values, both.stds, both.stds_over, verdicts))
    assert shares == [0.0, 1.0]


def test_neither_order_nor_parting_changes_a_share() -> None:
    random = np.random.default_rng(1)
    given = evidence(random.uniform(0, 1, (300, 1)).tolist(), 0.1)
    keys = [f"s{number:03d}" for number in range(300)]
    rules = RankSettings(objectives=(ONE,), top=30, draws=50)
    found = []
    for size, order in ((300, 1), (7, 1), (41, -1)):
        of = TopShares(judged(ONE), rules)
        rows = list(range(300))[::order]
        for start in range(0, 300, size):
            part = rows[start : start + size]
            of.add([keys[row] for row in part], [keys[row] for row in part], given.rows(part))
        found.append(of.shares())
    assert found[0] == found[1] == found[2]
    assert sum(found[0].values()) == pytest.approx(30)


def test_no_draws_give_no_shares() -> None:
    assert top_shares((ONE,), evidence([[0.5]], 0.1), draws=0) == [0.0]


def test_fewer_structures_than_places_are_all_among_the_best() -> None:
    assert top_shares((ONE,), evidence([[0.5], [float("nan")]], 0.1), top=30) == [1.0, 1.0]
