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
ALWAYS, TEST = -1, -2
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
        none does.
    method : how it was made, in words; goes into bundle and card.
    """

    fold: NDArray[np.int8]
    method: str

    @property
    def n_folds(self) -> int:
        """Number of folds."""
        return int(self.fold.max()) + 1

    def train(self, fold: int) -> Rows:
        """Rows that the models of a fold learn from."""
        return _rows((self.fold != fold) & (self.fold != TEST))

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
        return _rows(self.fold != TEST)


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


def split_structures(
    flat_keys: Sequence[str], scaffolds: Sequence[str], recipe: SplitRecipe
) -> Split:
    """Folds by scaffold; by single structure where one scaffold holds nearly everything.

    Parameters
    ----------
    flat_keys, scaffolds : of each structure; an empty scaffold (acyclic) is its own group.
    """
    groups = [
        scaffold or f"acyclic {key}" for key, scaffold in zip(flat_keys, scaffolds, strict=True)
    ]
    fold = balanced_folds(groups, recipe.folds, recipe.seed)
    smallest = np.bincount(fold, minlength=recipe.folds).min()
    if smallest * _LOPSIDED * recipe.folds >= len(groups):
        return Split(fold, f"Bemis-Murcko scaffold, {recipe.folds} folds")
    return Split(
        balanced_folds(list(flat_keys), recipe.folds, recipe.seed),
        f"structure (one scaffold dominates the table), {recipe.folds} folds",
    )
