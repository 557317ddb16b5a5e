"""What the ablations train on: two label sets with one fold of scaffolds held out, and structures
without labels."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from marine_libraries import structures
from numpy.typing import NDArray
from rdkit.Chem import Atom, MolFromSmiles
from train_speed import tox21

from screening.chem.problem import Problem
from screening.core.provenance import PROJECT
from screening.estimators.features import PackedFeatures, featurise, pack
from screening.train.assemble import RawTable
from screening.train.catalogue import read_table
from screening.train.from_recipe import load_recipe
from screening.train.prepare import Prepared, prepare
from screening.train.recipe import Recipe, SplitRecipe

FOLDS = 4
"""As the shipped recipes have."""
HELD_OUT, INNER = 1, 2
"""The first fold of Tox21 is benzene's derivatives and little else."""
NCI60_STRUCTURES = 6_000
MARINE_STRUCTURES = 4_000
_SAMPLE_SEED = 0


@dataclass(frozen=True, eq=False)
class Trial:
    """A label set and who learns from what.

    train, held_out : row indices. inner : the same without the held-out fold, with another fold of
    the training part held out: there, a way of blending can be fitted.
    """

    name: str
    mirror: Path
    recipe: Recipe
    prepared: Prepared
    train: NDArray[np.int64]
    held_out: NDArray[np.int64]
    inner: Trial | None = None

    @property
    def packed(self) -> PackedFeatures:
        """Features of all structures."""
        return self.prepared.packed

    @property
    def labels(self) -> NDArray[np.float32]:
        """(n, n_endpoints) 0/1, NaN unknown."""
        return self.prepared.labelled.labels

    def columns(self, rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """For each endpoint those of the rows that have a label."""
        return [
            rows[~np.isnan(self.labels[rows, column])] for column in range(self.labels.shape[1])
        ]


def trial(name: str, mirror: Path, workers: int) -> Trial:
    """Read, merge, split and featurise a label set."""
    recipe, tables = {"Tox21": _tox21, "NCI-60": _nci60}[name](mirror)
    split = SplitRecipe(folds=FOLDS, seed=recipe.split.seed)
    # Three layers, whatever is shipped: the variants take away from them and add to them.
    network = recipe.network.model_copy(update={"layers": 3})
    recipe = recipe.model_copy(update={"split": split, "network": network})
    prepared = prepare(recipe, tables, workers)
    parts = prepared.split
    train = parts.train(HELD_OUT)
    outer = Trial(name, mirror, recipe, prepared, train, parts.held_out(HELD_OUT))
    aside = parts.held_out(INNER)
    return replace(outer, inner=replace(outer, train=np.setdiff1d(train, aside), held_out=aside))


def _tox21(mirror: Path) -> tuple[Recipe, dict[str, RawTable]]:
    recipe, table = tox21(mirror)
    return recipe, {"tox21": table}


def _nci60(mirror: Path) -> tuple[Recipe, dict[str, RawTable]]:
    """The activity recipe with a sample of the nine panels alone."""
    recipe, entries = load_recipe(PROJECT / "models" / "recipes" / "activity.yaml")
    endpoints = tuple(item for item in recipe.endpoints if item.id.startswith("nci60_"))
    entry = entries["nci60_panels"]
    frame = read_table(entry, mirror).sample(NCI60_STRUCTURES, random_state=_SAMPLE_SEED)
    table = RawTable(frame.reset_index(drop=True), entry.smiles_column, False, False)
    return recipe.model_copy(update={"endpoints": endpoints}), {"nci60_panels": table}


@functools.cache
def unlabelled(of: Trial) -> PackedFeatures:
    """The training structures and a sample of CMNPD, as it is published."""
    smiles = [of.prepared.labelled.smiles[row] for row in of.train]
    smiles += [text for _, text in structures(of.mirror, "CMNPD", MARINE_STRUCTURES)]
    found = [featurise(text) for text in smiles]
    return pack([item for item in found if not isinstance(item, Problem)])


@functools.cache
def stereo_codes(
    of: Trial, chirality: tuple[str, ...], geometry: tuple[str, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Codes of every atom (n_atoms, 1) and bond (n_bonds, 1) of the packed structures.

    Where isomers were merged, those of the one whose SMILES was kept.
    """
    atoms, bonds = [], []
    for smiles in of.prepared.labelled.smiles:
        mol = MolFromSmiles(smiles)
        atoms += [_label(item, "_CIPCode") for item in mol.GetAtoms()]
        bonds += [item.GetStereo().name.removeprefix("STEREO") for item in mol.GetBonds()]
    return _codes(atoms, chirality), _codes(bonds, geometry)


def _label(atom: Atom, name: str) -> str:
    return atom.GetProp(name) if atom.HasProp(name) else ""


def _codes(names: list[str], known: tuple[str, ...]) -> NDArray[np.int64]:
    return np.array([[known.index(name) if name in known else 0] for name in names])
