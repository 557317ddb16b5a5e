from __future__ import annotations

import numpy as np
import pytest

from screening.core.objectives import Objective
from screening.rank.pareto import Aims, pareto_front
from screening.rank.scoring import effects_of, shares


def wish(column: str, aim: str, weight: float = 1.0) -> Objective:
    return Objective(column=column, worst=0, best=1, aim=aim, weight=weight)


def test_an_aim_is_the_weighted_geometric_mean_of_its_wishes() -> None:
    objectives = (wish("a", "activity", 3.0), wish("b", "activity"), wish("c", "safety", 9.0))
    aims = Aims(objectives)
    effect = effects_of(np.array([[0.8, 0.4, 0.5], [0.2, 0.2, 0.9]]), shares(objectives))
    expected = [[(0.8**3 * 0.4) ** 0.25, 0.5], [0.2, 0.9]]
    np.testing.assert_allclose(aims.desirability(effect), expected)
    assert aims.columns == ("aim_0", "aim_1")


def test_wishes_without_an_aim_are_one_aim_and_those_of_no_weight_none() -> None:
    aims = Aims((wish("a", ""), wish("b", ""), wish("c", "supply", 0.0)))
    assert len(aims.columns) == 1


def test_what_trades_one_aim_for_another_is_on_the_front() -> None:
    points = np.array([[0.9, 0.1], [0.5, 0.5], [0.5, 0.4], [0.1, 0.9], [0.1, 0.8]])
    assert pareto_front([points]).tolist() == [[0.9, 0.1], [0.5, 0.5], [0.1, 0.9]]


@pytest.mark.parametrize("blocks", [[], [np.empty((0, 3))]])
def test_of_nothing_nothing_is_on_the_front(blocks: list[np.ndarray]) -> None:
    assert len(pareto_front(blocks)) == 0


def test_a_front_longer_than_a_block() -> None:
    one = np.linspace(1, 0, 2_000)
    points = np.column_stack([one, one[::-1]])
    assert len(pareto_front([points[:700], points[700:]])) == 2_000
