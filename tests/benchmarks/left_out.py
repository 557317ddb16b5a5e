"""Bundles that have seen nothing like the structures of a library: what a leave-out is judged by.

Of the tables of a shipped recipe, every row leaves whose structure is one of the library's (first
block of the InChIKey) or is nearly one (Tanimoto on Morgan counts), whether the library's structure
is called active or not: so the leave-out knows nothing of what is judged and favours nobody.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from count_similarity import counts_of, have_near

from screening.core.provenance import PROJECT, value_digest
from screening.estimators.features import FEATURE_VERSION
from screening.train.assemble import RawTable
from screening.train.from_recipe import load_recipe, raw_table
from screening.train.recipe import BaselineRecipe, Recipe, SplitRecipe
from screening.train.run import Tables, train_bundle
from screening.train.structures import Structure, Structures, standardise_all

NEAR = 0.6
"""Count-Tanimoto from which a training structure is left out."""
FOLDS = 2
"""The shipped bundles have 4; 2 cost half, and their networks learn from half of the rows each."""
RECIPES = ("toxicity", "activity")


@dataclass(frozen=True)
class Library:
    """What is to be judged.

    parents : first InChIKey block to parent SMILES. wanted : endpoints that judge it; what no
    recipe has is no model's.
    """

    parents: Mapping[str, str]
    wanted: Collection[str]


@dataclass(frozen=True)
class LeftOut:
    """A bundle and what its tables lost.

    structures, same, near : distinct structures of the tables; those that are the library's; those
    that are nearly so.
    """

    folder: Path
    structures: int
    same: int
    near: int


def bundles_without(library: Library, mirror: Path, output: Path, workers: int) -> list[LeftOut]:
    """Train, where they are not there yet, a bundle of the wanted endpoints of each recipe.

    Parameters
    ----------
    mirror : folder of the tables. output : folder of the bundles, kept by what they depend on.
    """
    return [_bundle(name, library, mirror, output, workers) for name in RECIPES]


def reduced(recipe: Recipe, wanted: Collection[str]) -> Recipe:
    """The recipe for the wanted endpoints alone, with fewer folds and hardly any baseline."""
    endpoints = tuple(endpoint for endpoint in recipe.endpoints if endpoint.id in wanted)
    return recipe.model_copy(
        update={
            "endpoints": endpoints,
            "split": SplitRecipe(folds=FOLDS, seed=recipe.split.seed),
            "baseline": BaselineRecipe(trees=1, trees_large=1),
            "marine_library": None,
        }
    )


def rows_kept(found: Structures, library: Mapping[str, str]) -> tuple[set[str], int, int]:
    """First InChIKey blocks that may be learned from; how many are the library's, and near it."""
    parents = {item.flat_key: item.smiles for item in found.values() if isinstance(item, Structure)}
    others = sorted(set(parents) - set(library))
    asked = counts_of([parents[key] for key in others])
    known = counts_of(list(library.values()))
    kept = {others[row] for row in np.flatnonzero(~have_near(asked, known, NEAR))}
    return kept, len(parents) - len(others), len(others) - len(kept)


def _bundle(name: str, library: Library, mirror: Path, output: Path, workers: int) -> LeftOut:
    shipped, entries = load_recipe(PROJECT / f"models/recipes/{name}.yaml")
    recipe = reduced(shipped, library.wanted)
    sources = {table: entries[table] for table in recipe.tables()}
    depends = [recipe.model_dump(mode="json"), [item.sha256 for item in sources.values()]]
    digest = value_digest([*depends, sorted(library.parents.items()), NEAR, FEATURE_VERSION])
    folder = output / f"{name}-{digest[:12]}"
    note = output / f"{folder.name}.json"
    if not note.is_file():
        # The bundle stays here and may hold the structures that others may have.
        tables = {table: raw_table(entry, mirror, share=True) for table, entry in sources.items()}
        found = standardise_all((text for raw in tables.values() for text in _texts(raw)), workers)
        kept, same, near = rows_kept(found, library.parents)
        counts = {"structures": len(kept) + same + near, "same": same, "near": near}
        print(f"[left out] {name}: {counts}", file=sys.stderr, flush=True)
        tables = {table: _without(raw, found, kept) for table, raw in tables.items()}
        given = Tables(tables, sources, structures=found)
        train_bundle(recipe, given, folder, workers=workers)
        note.write_text(json.dumps(counts), encoding="utf-8")
    return LeftOut(folder, **json.loads(note.read_text(encoding="utf-8")))


def _texts(raw: RawTable) -> list[str]:
    return [text.strip() for text in raw.frame[raw.smiles_column]]


def _without(raw: RawTable, found: Structures, kept: Collection[str]) -> RawTable:
    items = [found[text] for text in _texts(raw)]
    stays = [isinstance(item, Structure) and item.flat_key in kept for item in items]
    return replace(raw, frame=raw.frame[stays])
