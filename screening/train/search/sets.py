"""What trials learn from and are measured on, as files that every worker reads once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screening.core.errors import TrainingDataError
from screening.estimators.features import PackedFeatures
from screening.train.members import WATCHED_SHARE
from screening.train.prepare import Prepared
from screening.train.recipe import Recipe, SplitRecipe
from screening.train.split import TEST, drawn_test, scaffold_groups, split_around
from screening.train.targets import make_targets

N_FOLDS = 4
SMALL_ROWS = 2000
"""Up to so many structures every fold is measured: the score of one would be noise."""
_MEASURED_OF_MANY = (1, 2)
"""Not the first fold: it gets the table's largest scaffold, often benzene and little else."""
FILE = "set.npz"
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class SearchSet:
    """Structures, labels and folds of a search.

    Parameters
    ----------
    packed : features of all structures.
    targets : (n, e) float32, 0/1 or standardised, NaN unknown. is_class : (e,) bool.
    fold : (n,) int8; `TEST`: no trial sees the structure.
    measured : folds on which trials are measured; each model learns from all others.
    watched : (len(measured), n) bool, what a network of the start with patience watches.
    """

    packed: PackedFeatures
    targets: NDArray[np.float32]
    is_class: NDArray[np.bool_]
    fold: NDArray[np.int8]
    measured: NDArray[np.int64]
    watched: NDArray[np.bool_]

    def learned(self) -> Rows:
        """Rows that some model learns from."""
        return np.flatnonzero(self.fold != TEST).astype(np.int64)

    def train(self, fold: int) -> Rows:
        """Rows that the models of a fold learn from."""
        return np.flatnonzero((self.fold != fold) & (self.fold != TEST)).astype(np.int64)

    def held_out(self, fold: int) -> Rows:
        """Rows that the models of a fold have not seen."""
        return np.flatnonzero(self.fold == fold).astype(np.int64)

    def rows(self) -> Rows:
        """All rows that some measured fold holds out, fold by fold: the rows of raw outputs."""
        return np.concatenate([self.held_out(int(fold)) for fold in self.measured])

    @property
    def digest(self) -> str:
        """SHA-256 over all that decides a trial's score, but for its settings."""
        digest = hashlib.sha256()
        for array in _arrays(self).values():
            digest.update(array.tobytes())
        return digest.hexdigest()


def make_set(recipe: Recipe, prepared: Prepared) -> SearchSet:
    """Divide what the training learns from into folds by scaffold, whatever the recipe's own split.

    No trial sees the rest: the test, and what is kept apart from it.

    Parameters
    ----------
    prepared : of the recipe.

    Raises
    ------
    TrainingDataError : too little is left.
    """
    labelled, learned = prepared.labelled, prepared.split.learned()
    fold = np.full(len(labelled.flat_keys), TEST, np.int8)
    groups = scaffold_groups(labelled.flat_keys, prepared.scaffolds)
    if len(learned) >= N_FOLDS:
        wanted = SplitRecipe(folds=N_FOLDS, seed=recipe.split.seed)
        nothing = np.zeros(len(learned), np.bool_)
        fold[learned] = split_around(nothing, groups.take(learned.tolist()), wanted).fold
    targets, _ = make_targets(recipe, labelled, learned)
    is_class = np.array([endpoint.kind == "classification" for endpoint in recipe.endpoints])
    measured = range(N_FOLDS) if len(learned) <= SMALL_ROWS else _MEASURED_OF_MANY
    watched = [
        drawn_test(groups.of, WATCHED_SHARE, recipe.split.seed + number) for number in measured
    ]
    data = SearchSet(
        prepared.packed, targets, is_class, fold, np.array(measured), np.array(watched)
    )
    _check(recipe, data)
    return data


def _check(recipe: Recipe, data: SearchSet) -> None:
    """Every endpoint must vary in what each measured fold's models learn from."""
    for fold in data.measured:
        train = data.targets[data.train(int(fold))]
        for column, endpoint in enumerate(recipe.endpoints):
            known = train[~np.isnan(train[:, column]), column]
            if len(known) == 0 or np.ptp(known) == 0:
                raise TrainingDataError(
                    f"{endpoint.id}: without the test and one fold, its labels have one value only",
                    "a search needs more structures",
                )


def _arrays(data: SearchSet) -> dict[str, NDArray[np.generic]]:
    own = {f.name: getattr(data, f.name) for f in fields(data) if f.name != "packed"}
    return own | {f"packed.{f.name}": getattr(data.packed, f.name) for f in fields(data.packed)}


def write_set(folder: Path, data: SearchSet) -> None:
    """Write into a folder that the workers share."""
    partial = folder / f".{FILE}"
    with partial.open("wb") as stream:
        np.savez(stream, **_arrays(data))  # type: ignore[arg-type]
    partial.replace(folder / FILE)


@lru_cache(maxsize=1)
def read_set(folder: Path) -> SearchSet:
    """Read what `write_set` wrote, once in a process; the folder is named by the set's digest."""
    with np.load(folder / FILE, allow_pickle=False) as stored:
        packed = {name[7:]: stored[name] for name in stored.files if name.startswith("packed.")}
        own = {name: stored[name] for name in stored.files if "." not in name}
    return SearchSet(PackedFeatures(**packed), **own)
