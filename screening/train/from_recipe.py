"""Training by a committed recipe on a mirror of the published tables."""

from __future__ import annotations

from pathlib import Path

from screening.core.bundle import BundleManifest
from screening.core.catalogue import read_catalogue
from screening.core.errors import ConfigError
from screening.train.assemble import RawTable
from screening.train.catalogue import TableEntry, read_table
from screening.train.marine import MarineLibrary
from screening.train.recipe import Recipe, read_recipe
from screening.train.run import Tables, train_bundle
from screening.train.structures import Structures


def _raw(entry: TableEntry, data: Path, share: bool) -> RawTable:
    public = entry.redistributable
    return RawTable(read_table(entry, data), entry.smiles_column, share and public, public)


def load_recipe(path: Path) -> tuple[Recipe, dict[str, TableEntry]]:
    """A recipe and the catalogue entries it needs.

    Raises
    ------
    ConfigError : the recipe or catalogue is malformed, or a table is unknown.
    """
    recipe = read_recipe(path)
    if recipe.catalogue is None:
        raise ConfigError(f"{path}: names no catalogue", "add `catalogue: PATH`")
    catalogue = read_catalogue(path.parent / recipe.catalogue).entries
    names = recipe.tables() + ([recipe.marine_library] if recipe.marine_library else [])
    unknown = [name for name in names if name not in catalogue]
    if unknown:
        raise ConfigError(
            f"{path}: tables {', '.join(unknown)} are not in the catalogue",
            f"it holds {', '.join(catalogue)}",
        )
    return recipe, {name: TableEntry.of_catalogue(catalogue[name]) for name in names}


def train_recipe(
    path: Path,
    data: Path,
    output: Path,
    *,
    test: Path | None = None,
    workers: int = 1,
    device: str = "cpu",
    name: str | None = None,
    share_structures: bool = False,
    structures: Structures | None = None,
) -> BundleManifest:
    """Train the bundle of a recipe file.

    Parameters
    ----------
    path : recipe. data : mirror folder. output : bundle folder. test : see `train_bundle`.
    name : of the model, in place of the recipe's.
    share_structures : keep in the bundle the SMILES of tables whose licence allows it.
    """
    recipe, entries = load_recipe(path)
    recipe = recipe.model_copy(update={"name": name or recipe.name})
    labels = {name: _raw(entries[name], data, share_structures) for name in recipe.tables()}
    marine = recipe.marine_library
    library = MarineLibrary(marine, _raw(entries[marine], data, False)) if marine else None
    tables = Tables(labels, entries, library, structures)
    return train_bundle(recipe, tables, output, test=test, workers=workers, device=device)
