"""Dividing structures into folds: who trains without whom.

Bemis and Murcko 1996, J. Med. Chem. 39:2887, doi:10.1021/jm9602928: structures that share a
scaffold stay together, so that a fold asks about chemistry its networks have not seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screening.train.recipe import SplitRecipe

Rows = NDArray[np.int64]
# Values of `Split.fold` that are no fold.
ALWAYS, TEST, APART = -1, -2, -3
_LOPSIDED = 3
"""A fold this many times smaller than its share is none."""


@dataclass(frozen=True)
class Split:
    """The part that each structure plays.

    Every fold's models are trained without it, and its structures calibrate and measure them: so
    each label teaches and each label tests.

    Parameters
    ----------
    fold : (n,) int8. 0, 1 …: held out by this fold; `ALWAYS`: every model learns from it; `TEST`:
        none does; `APART`: none does, and nothing is measured on it either.
    method : how it was made, in words; goes into bundle and card.
    whole : group of each structure, of which none may stand in two parts; None: there is no such.
    """

    fold: NDArray[np.int8]
    method: str
    whole: Sequence[str] | None = None

    @property
    def n_folds(self) -> int:
        """Number of folds."""
        return int(self.fold.max()) + 1

    def train(self, fold: int) -> Rows:
        """Rows that the models of a fold learn from."""
        return _rows((self.fold != fold) & (self.fold >= ALWAYS))

    def held_out(self, fold: int) -> Rows:
        """Rows that the models of a fold have not seen."""
        return _rows(self.fold == fold)

    def calibrating(self) -> Rows:
        """Rows that some fold holds out."""
        return _rows(self.fold >= 0)

    def test(self) -> Rows:
        """Rows that no model has seen and nothing is fitted on."""
        return _rows(self.fold == TEST)

    def learned(self) -> Rows:
        """Rows that some model has seen."""
        return _rows(self.fold >= ALWAYS)


@dataclass(frozen=True)
class Groups:
    """What stays together.

    Parameters
    ----------
    of : group of each structure. flat_keys : of each structure.
    method, word : what the groups are, for bundle and card, and for one of them.
    """

    of: Sequence[str]
    flat_keys: Sequence[str]
    method: str
    word: str

    def take(self, rows: Sequence[int]) -> Groups:
        """Those of some structures, in the order given."""
        return Groups(
            [self.of[row] for row in rows],
            [self.flat_keys[row] for row in rows],
            self.method,
            self.word,
        )


def scaffold_groups(flat_keys: Sequence[str], scaffolds: Sequence[str]) -> Groups:
    """By Bemis-Murcko scaffold; an acyclic structure (an empty scaffold) is its own group."""
    of = [scaffold or f"acyclic {key}" for key, scaffold in zip(flat_keys, scaffolds, strict=True)]
    return Groups(of, flat_keys, "Bemis-Murcko scaffold", "scaffold")


def single_groups(flat_keys: Sequence[str]) -> Groups:
    """Every flat structure by itself: a random split, which flatters."""
    return Groups(flat_keys, flat_keys, "flat structure, at random", "structure")


def _rows(mask: NDArray[np.bool_]) -> Rows:
    return np.flatnonzero(mask).astype(np.int64)


def balanced_folds(groups: Sequence[str], n_folds: int, seed: int) -> NDArray[np.int8]:
    """Whole groups to folds of like size: the largest first, each into the smallest fold.

    Groups of one size come in an order drawn from the seed; the order of the rows plays no part.

    Parameters
    ----------
    groups : group of each structure.

    Returns
    -------
    (n,) int8, from 0.
    """
    sizes = Counter(groups)
    names = sorted(sizes)
    drawn = [names[index] for index in np.random.default_rng(seed).permutation(len(names))]
    filled = [0] * n_folds
    home = {}
    for name in sorted(drawn, key=lambda name: -sizes[name]):
        home[name] = filled.index(min(filled))
        filled[home[name]] += sizes[name]
    return np.array([home[name] for name in groups], dtype=np.int8)


def drawn_test(
    groups: Sequence[str], share: float, seed: int, *, largest: float = 0.5
) -> NDArray[np.bool_]:
    """(n,) whether a structure is for the test: whole groups, in an order drawn from the seed.

    Parameters
    ----------
    groups : group of each structure.
    share : of the structures, at most.
    largest : groups of more than this part of the test stay out: one would be most of it.
    """
    wanted = share * len(groups)
    sizes = Counter(groups)
    names = sorted(sizes)
    chosen: set[str] = set()
    taken = 0
    for index in np.random.default_rng(seed).permutation(len(names)).tolist():
        size = sizes[names[index]]
        if size <= max(1.0, largest * wanted) and taken + size <= wanted:
            chosen.add(names[index])
            taken += size
    return np.array([name in chosen for name in groups], dtype=np.bool_)


def split_around(
    test: NDArray[np.bool_], groups: Groups, recipe: SplitRecipe, *, apart: bool = True
) -> Split:
    """Folds of the structures that are not for the test, by whole groups.

    Where one group holds nearly everything, the folds are by single structure.

    Parameters
    ----------
    test : (n,) whether a structure is for the test.
    apart : other structures of a group that has some in the test are not learned from.
    """
    fold = np.full(len(test), TEST, np.int8)
    tested = {group for group, chosen in zip(groups.of, test, strict=True) if chosen}
    if apart:
        beside = np.array([group in tested for group in groups.of], dtype=np.bool_)
        fold[beside & ~test] = APART
    rows = np.flatnonzero((fold != APART) & ~test)
    inner = groups.take(rows.tolist())
    fold[rows] = balanced_folds(inner.of, recipe.folds, recipe.seed)
    method, whole = groups.method, groups.of if apart else None
    smallest = np.bincount(fold[rows], minlength=recipe.folds).min()
    if smallest * _LOPSIDED * recipe.folds < len(rows):
        fold[rows] = balanced_folds(inner.flat_keys, recipe.folds, recipe.seed)
        method, whole = f"structure (one {groups.word} dominates the table)", None
    return Split(fold, f"{method}, {recipe.folds} folds", whole)
