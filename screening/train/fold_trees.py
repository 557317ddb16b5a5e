"""The trees of all folds, and those that are shipped."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from screening.core.progress import ProgressBar
from screening.estimators.trees import BoostedTrees, Trees, tree_matrix
from screening.train.grow import grow_trees
from screening.train.work import Work


def grow_all(work: Work, threads: int) -> tuple[BoostedTrees, NDArray[np.float32]]:
    """Trees on everything; and (n, n_endpoints), what those of a fold say of whom it holds out."""
    split, packed = work.prepared.split, work.prepared.packed
    raw = np.full(work.targets.shape, np.nan, np.float32)
    grown = []
    bar = ProgressBar("trees", work.targets.shape[1] * (split.n_folds + 1), "models")
    for column in range(work.targets.shape[1]):
        for fold in range(split.n_folds):
            fitted = BoostedTrees([_grow(work, threads, column, fold)])
            for part in _parts(split.held_out(fold)):
                raw[part, column] = fitted.predict(tree_matrix(packed, part))[:, 0]
            bar.add(1)
        grown.append(_grow(work, threads, column))
        bar.add(1)
    return BoostedTrees(grown), raw


def _grow(work: Work, threads: int, column: int, fold: int | None = None) -> Trees:
    """The trees of an endpoint, without a fold or of all that is learned from."""
    place = f"trees-{column}-{'all' if fold is None else fold}"
    if (grown := work.kept.load(place)) is not None:
        return BoostedTrees.read(BytesIO(grown), [place]).endpoints[0]
    recipe, split = work.recipe, work.prepared.split
    rows = split.learned() if fold is None else split.train(fold)
    known = rows[~np.isnan(work.targets[rows, column])]
    trees = grow_trees(
        tree_matrix(work.prepared.packed, known),
        work.targets[known, column],
        recipe.endpoints[column].kind,
        recipe.trees,
        seed=recipe.training.seed,
        threads=threads,
    )
    state = BytesIO()
    BoostedTrees([trees]).write(state, [place])
    work.kept.save(place, state.getvalue())
    return trees


def _parts(rows: NDArray[np.int64], size: int = 4096) -> Iterator[NDArray[np.int64]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
