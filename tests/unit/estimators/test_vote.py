from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.estimators.calibration import Calibration
from screening.estimators.domain import N_NEIGHBOURS, Nearest
from screening.estimators.vote import NeighbourVote

CLASS = Calibration(method="identity")
LABELS = np.array([[1, 5.0], [0, 7.0], [0, np.nan], [0, 9.0]], np.float32)


def nearest(rows: list[int], similarity: list[float]) -> Nearest:
    """One structure, the same neighbours for both endpoints."""
    missing = N_NEIGHBOURS - len(rows)
    found = np.array([*rows, *[-1] * missing], np.int64)
    alike = np.array([*similarity, *[0.0] * missing], np.float32)
    shape = (1, 2, N_NEIGHBOURS)
    return Nearest(np.broadcast_to(alike, shape), np.broadcast_to(found, shape))


def probability(raw: float) -> float:
    return 1 / (1 + np.exp(-raw))


def test_a_twin_decides_and_a_stranger_does_not() -> None:
    value = Calibration(method="linear", slope=2.0, intercept=7.0)
    vote = NeighbourVote(LABELS, [CLASS, value])
    twin, stranger = vote.raw(nearest([0], [1.0])), vote.raw(nearest([0], [0.1]))
    assert probability(twin[0, 0]) == pytest.approx((1 + 0.05 / 4) / 1.05)
    # 5 is one deviation below the mean.
    assert twin[0, 1] == pytest.approx(-1 / 1.05)
    assert probability(stranger[0, 0]) == pytest.approx(0.25, abs=0.01)
    assert stranger[0, 1] == pytest.approx(0.0, abs=0.01)


def test_without_neighbours_it_is_the_mean_of_the_labels() -> None:
    vote = NeighbourVote(LABELS, [CLASS, Calibration(method="linear", intercept=0.0)])
    raw = vote.raw(nearest([], []))
    assert probability(raw[0, 0]) == pytest.approx(0.25)
    assert raw[0, 1] == pytest.approx(7.0)


def test_a_label_that_is_not_known_does_not_vote() -> None:
    vote = NeighbourVote(LABELS, [CLASS, Calibration(method="linear")])
    with_it, without = (vote.raw(nearest(rows, [0.9] * len(rows))) for rows in ([1, 2], [1]))
    assert with_it[0, 1] == pytest.approx(without[0, 1])


def test_withheld_labels_do_not_vote() -> None:
    labels = np.stack([np.full(4, np.nan, np.float32), LABELS[:, 1]], axis=1)
    vote = NeighbourVote(labels, [CLASS, Calibration(method="linear")])
    assert vote.can_vote.tolist() == [False, True]
    assert vote.raw(nearest([0], [1.0]))[0, 0] == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=N_NEIGHBOURS))
def test_the_vote_lies_among_the_labels(similarity: list[float]) -> None:
    rows = [0, 1, 3, 0, 1][: len(similarity)]
    scale = Calibration(method="log10", slope=0.3, intercept=0.8)
    raw = NeighbourVote(LABELS, [CLASS, scale]).raw(nearest(rows, similarity))
    low, high = (np.log10([5.0, 9.0]) - 0.8) / 0.3
    assert low - 1e-5 <= raw[0, 1] <= high + 1e-5
    inactive = nearest([1, 2, 3][: len(similarity)], similarity[:3])
    assert probability(NeighbourVote(LABELS, [CLASS, scale]).raw(inactive)[0, 0]) <= 0.25 + 1e-6
