"""The Pareto front: structures that no other one beats in every aim.

A structure dominates another if it is at least as good in every aim and better in one (Pareto
dominance; Kung, Luccio and Preparata 1975, doi:10.1145/321906.321910). Taken from the best in the
first aim on, a structure can only be dominated by one that came before it, and then also by one of
the front so far: one pass over the sorted structures is exact, and holds nothing but the front.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np

from screening.core.database import sql_name, sql_table, stream_query
from screening.core.objectives import Objective
from screening.rank.evidence import Floats
from screening.rank.scoring import DECIMALS, NEUTRAL, Flags, shares

# Structures compared at a time, each with each of as many.
_BLOCK = 512


class Aims:
    """What the objectives serve: those with one aim are one wish, those without an aim another.

    Parameters
    ----------
    objectives : of the ranking; an aim of no weight is none.
    """

    def __init__(self, objectives: Sequence[Objective]) -> None:
        share = shares(objectives)
        names = dict.fromkeys(one.aim for one, its in zip(objectives, share, strict=True) if its)
        self._members = [[one.aim == name for one in objectives] for name in names]
        self._shares = [share[members].sum() for members in self._members]
        self.columns = tuple(f"aim_{number}" for number in range(len(names)))
        """Names of the columns that hold the aims' desirabilities."""

    def desirability(self, effect: Floats) -> Floats:
        """The weighted geometric mean of each aim's desirabilities, (n, m) float64.

        Parameters
        ----------
        effect : (n, k) float64 of the objectives, of `Scores`.
        """
        means = [
            NEUTRAL * np.exp(effect[:, members].sum(axis=1) / its)
            for members, its in zip(self._members, self._shares, strict=True)
        ]
        return np.asarray(np.round(np.column_stack(means), DECIMALS), dtype=np.float64)


def find_front(
    connection: duckdb.DuckDBPyConnection, scored: Path, columns: Sequence[str]
) -> set[tuple[float, ...]]:
    """The desirabilities, one for each aim, of the structures on the front.

    Parameters
    ----------
    connection : from `core.database.open_database`.
    scored : table with the columns.
    columns : of the aims.
    """
    names = [sql_name(column) for column in columns]
    order = ", ".join(f"{name} DESC" for name in names)
    query = f"SELECT DISTINCT {', '.join(names)} FROM {sql_table(scored)} ORDER BY {order}"
    blocks = (
        np.column_stack([table.column(name).to_numpy() for name in columns])
        for table in stream_query(connection, query)
    )
    return {tuple(point) for point in pareto_front(blocks).tolist()}


def pareto_front(blocks: Iterable[Floats]) -> Floats:
    """The points that no other dominates, (f, m) float64, in the order given.

    Parameters
    ----------
    blocks : (b, m) float64 of distinct points, more is better, over all blocks in descending order
        of the first number, then the second and so on.
    """
    front: list[Floats] = []
    n_aims = 0
    for block in _slices(blocks):
        n_aims = block.shape[1]
        left = block
        for held in front:
            left = left[~_covers(left, held).any(axis=1)]
        # Points of a block that others of it dominate; a point covers itself, and is no other.
        left = left[np.count_nonzero(_covers(left, left), axis=1) == 1]
        if len(left):
            front.append(left)
    return np.concatenate(front) if front else np.empty((0, n_aims))


def _slices(blocks: Iterable[Floats]) -> Iterator[Floats]:
    for block in blocks:
        for start in range(0, len(block), _BLOCK):
            yield block[start : start + _BLOCK]


def _covers(points: Floats, held: Floats) -> Flags:
    """Whether each of h is at least as good as each of n points in everything, (n, h) bool."""
    covers = np.ones((len(points), len(held)), dtype=np.bool_)
    for points_aim, held_aim in zip(points.T, held.T, strict=True):
        covers &= held_aim[None, :] >= points_aim[:, None]
    return covers
