"""Training by a committed recipe on a mirror of the published tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from screening.core.bundle import BundleManifest
from screening.core.catalogue import read_catalogue
from screening.core.errors import ConfigError
from screening.core.prices import AccountingSettings
from screening.core.settings import parse_settings
from screening.core.training import TEST_SHARE, SplitRule
from screening.train.assemble import RawTable
from screening.train.catalogue import TableEntry, read_table
from screening.train.marine import MarineLibrary
from screening.train.recipe import Recipe, SplitRecipe, read_recipe
from screening.train.run import Tables, train_bundle


def raw_table(entry: TableEntry, data: Path, *, share: bool = False) -> RawTable:
    """A table of the catalogue; `share` keeps its SMILES in the bundle where its licence allows."""
    public = entry.redistributable
    return RawTable(read_table(entry, data), entry.smiles_column, share and public, public)


@dataclass(frozen=True)
class RecipeOptions:
    """What the command line says in place of a recipe; None leaves what it states.

    name : of the model. split, test_share : of its split. seed : of the split and the training.
    has_test : a fixed test is named, for which a recipe without a share keeps the usual one.
    share_structures : keep in the bundle the SMILES of tables whose licence allows it.
    """

    name: str | None = None
    split: SplitRule | None = None
    test_share: float | None = None
    seed: int | None = None
    has_test: bool = False
    share_structures: bool = False

    def applied(self, recipe: Recipe) -> Recipe:
        """The recipe as it is to be trained.

        Raises
        ------
        ConfigError : its split and these options contradict each other.
        """
        share = self.test_share
        if share is None and self.has_test:
            share = recipe.split.test_share or TEST_SHARE
        stated = {"method": self.split, "test_share": share, "seed": self.seed}
        split = {key: value for key, value in stated.items() if value is not None}
        changes = {
            "name": self.name or recipe.name,
            "split": parse_settings(
                SplitRecipe, {**recipe.split.model_dump(), **split}, "the recipe's split"
            ),
        }
        if self.seed is not None:
            changes["training"] = recipe.training.model_copy(update={"seed": self.seed})
        return recipe.model_copy(update=changes)


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
    options: RecipeOptions,
    test: Path | None = None,
    workers: int = 1,
    device: str = "cpu",
    prices: AccountingSettings | None = None,
) -> BundleManifest:
    """Train the bundle of a recipe file.

    Parameters
    ----------
    path : recipe. data : mirror folder. output : bundle folder.
    test, prices : see `train_bundle`. options : what takes the place of what it states.
    """
    recipe, entries = load_recipe(path)
    recipe = options.applied(recipe)
    share = options.share_structures
    labels = {name: raw_table(entries[name], data, share=share) for name in recipe.tables()}
    marine = recipe.marine_library
    library = MarineLibrary(marine, raw_table(entries[marine], data)) if marine else None
    tables = Tables(labels, entries, library)
    return train_bundle(
        recipe, tables, output, test=test, workers=workers, device=device, prices=prices
    )
