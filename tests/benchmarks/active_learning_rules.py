"""How the next compounds for assay are chosen in the active-learning simulation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from active_learning_sets import Pool
from numpy.typing import NDArray

from screening.core.picking import PickSettings
from screening.pick.candidates import Candidate
from screening.pick.choose import Chooser

BATCH = 100
_PLATE = 384


@dataclass(frozen=True, eq=False)
class Round:
    """What is known when a batch is chosen.

    free : (n_free,) rows of the pool that have not been assayed.
    members : (n_members, n_free) probabilities of each model of the ensemble.
    """

    pool: Pool
    free: NDArray[np.int64]
    members: NDArray[np.float64]
    drawn: np.random.Generator

    @property
    def mean(self) -> NDArray[np.float64]:
        """(n_free,) mean of the ensemble."""
        return self.members.mean(axis=0)

    @property
    def spread(self) -> NDArray[np.float64]:
        """(n_free,) standard deviation of the ensemble."""
        return self.members.std(axis=0)

    def best(self, merit: NDArray[np.float64]) -> NDArray[np.int64]:
        """Rows of the pool with the highest merit."""
        return self.free[np.argsort(-merit, kind="stable")[:BATCH]]


Rule = Callable[[Round], NDArray[np.int64]]


def by_chance(now: Round) -> NDArray[np.int64]:
    return now.drawn.choice(now.free, BATCH, replace=False)


def greedy(now: Round) -> NDArray[np.int64]:
    return now.best(now.mean)


def upper_bound(now: Round) -> NDArray[np.int64]:
    """Mean plus one standard deviation of the ensemble."""
    return now.best(now.mean + now.spread)


def thompson(now: Round) -> NDArray[np.int64]:
    """Each model of the ensemble in turn takes its best one."""
    order = np.argsort(-now.members, axis=1, kind="stable")
    taken: dict[int, None] = {}
    for place in range(order.shape[1]):
        for model in range(order.shape[0]):
            taken.setdefault(int(order[model, place]))
            if len(taken) == BATCH:
                return now.free[list(taken)]
    raise ValueError("fewer structures than a batch")


def picked(caution: float = 1.0, **settings: float) -> Rule:
    """The project's own pick (`screening.pick.choose`), on a plate of a batch.

    Parameters
    ----------
    caution : standard deviations by which the score is below the face value, as `rank.caution`.
    settings : of `pick`, such as `similarity`, `explore`, `per_scaffold`.
    """
    chosen = PickSettings.model_validate({"size": BATCH, "plate": _PLATE, **settings})

    def rule(now: Round) -> NDArray[np.int64]:
        chooser = Chooser(_Supply(now, caution), chosen)
        chooser.choose()
        rows = [int(pick.candidate.structure_id) for pick in chooser.picks]
        if len(rows) < BATCH:  # the caps left places free
            rest = [row for row in now.best(now.mean).tolist() if row not in set(rows)]
            rows += rest[: BATCH - len(rows)]
        return np.array(rows)

    return rule


class _Supply:
    """The free rows of a pool as candidates; the key of each is its row."""

    def __init__(self, now: Round, caution: float) -> None:
        self._now, self._mean = now, now.mean
        self._score = self._mean - caution * now.spread
        self._order = np.argsort(-self._score, kind="stable")
        self._rank = np.empty(len(now.free), np.int64)
        self._rank[self._order] = np.arange(1, len(now.free) + 1)

    def by_rank(self) -> Iterator[Candidate]:
        return map(self._candidate, self._order.tolist())

    def undervalued(self, cut: float) -> Iterator[Candidate]:
        held_back = np.flatnonzero((self._score < cut) & (self._mean >= cut))
        order = np.argsort(-self._mean[held_back], kind="stable")
        return map(self._candidate, held_back[order].tolist())

    def _candidate(self, place: int) -> Candidate:
        row = int(self._now.free[place])
        return Candidate(
            rank=int(self._rank[place]),
            structure_id=str(row),
            smiles=self._now.pool.smiles[row],
            name="",
            compound_ids=[],
            organisms=[],
            scaffold=self._now.pool.scaffolds[row],
            tier="novel",
            nearest_drug=None,
            nearest_drug_similarity=None,
            score=float(self._score[place]),
            score_mean=float(self._mean[place]),
            domain_share=None,
        )
