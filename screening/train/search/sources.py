"""What a search begins with: a table of the user's own, or a recipe on published tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from screening.train.assemble import RawTable
from screening.train.catalogue import read_table
from screening.train.from_recipe import RecipeOptions, load_recipe
from screening.train.from_table import TableOptions, recipe_of_table
from screening.train.recipe import Recipe


@dataclass(frozen=True)
class Source:
    """Where labels come from, and the settings that the search begins with.

    recipe_file : the file of the recipe; None for a table.
    """

    recipe: Recipe
    tables: Mapping[str, RawTable]
    recipe_file: Path | None = None


def source_of_table(path: Path, options: TableOptions) -> Source:
    """A CSV or TSV; the search begins with what `screening train` would train it with.

    Raises
    ------
    ConfigError, InputError, TrainingDataError : as `screening train`.
    """
    recipe, labels = recipe_of_table(path, path.stem, options)
    return Source(recipe, {path.name: labels})


def source_of_recipe(path: Path, data: Path, options: RecipeOptions) -> Source:
    """A recipe file and the mirror folder with its tables.

    Parameters
    ----------
    options : what takes the place of what it states; `screening train` is to be told the same.

    Raises
    ------
    ConfigError, TrainingDataError : as `screening train --recipe`.
    """
    recipe, entries = load_recipe(path)
    tables = {
        name: RawTable(read_table(entries[name], data), entries[name].smiles_column, False)
        for name in recipe.tables()
    }
    return Source(options.applied(recipe), tables, path)
