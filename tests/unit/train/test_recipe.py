from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from screening.core.catalogue import read_catalogue
from screening.core.errors import ConfigError, TrainingDataError
from screening.train.catalogue import TableEntry, read_table
from screening.train.from_recipe import RecipeOptions, load_recipe
from screening.train.from_table import TableOptions, table_recipe
from screening.train.recipe import SplitRecipe, read_found, read_recipe

ROOT = Path(__file__).parents[3]
RECIPES = ROOT / "models" / "recipes"


@pytest.mark.parametrize(("name", "number"), [("toxicity", 23), ("activity", 20), ("adme", 18)])
def test_committed_recipes_are_whole(name: str, number: int) -> None:
    recipe, entries = load_recipe(RECIPES / f"{name}.yaml")
    assert recipe.name == name
    assert len(recipe.endpoints) == number
    assert set(recipe.tables()) <= set(entries)
    tdc = [item for item in recipe.endpoints if any("tdc" in ref.table for ref in item.sources)]
    assert all(item.exclude for item in tdc)


def test_options_take_the_place_of_what_a_recipe_states() -> None:
    recipe, _ = load_recipe(RECIPES / "adme.yaml")
    assert RecipeOptions().applied(recipe) == recipe
    told = RecipeOptions("mine", "cluster", seed=5, has_test=True).applied(recipe)
    assert (told.name, told.training.seed) == ("mine", 5)
    assert told.split == SplitRecipe(method="cluster", folds=4, seed=5, test_share=0.2)
    assert RecipeOptions(test_share=0.3, has_test=True).applied(recipe).split.test_share == 0.3


def test_an_unknown_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text((RECIPES / "toxicity.yaml").read_text().replace("epochs:", "epoch:"))
    with pytest.raises(ConfigError, match=r"training\.epoch"):
        read_recipe(path)


@pytest.mark.parametrize("text", ["", "- 1", "name: [", "name: x\nendpoints: []"])
def test_malformed_recipes_are_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_recipe(path)
    assert "\n" not in caught.value.line()


def test_settings_that_state_a_part_leave_the_rest_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "found.yaml"
    file.write_text("training: {patience: 8}\nnetwork: {layers: 2}\n")
    options = TableOptions("smiles", ("y",), "regression", SplitRecipe(method="column", column="p"))
    frame = pd.DataFrame({"smiles": ["C"] * 40, "y": ["1"] * 40})
    chosen = table_recipe("m", frame, "t.csv", options)
    told = table_recipe("m", frame, "t.csv", replace(options, found=read_found(file)))
    assert (chosen.training.members, chosen.training.epochs, chosen.network.hidden) == (3, 40, 64)
    training = chosen.training.model_copy(update={"patience": 8})
    network = chosen.network.model_copy(update={"layers": 2})
    assert told == chosen.model_copy(update={"training": training, "network": network})


def test_an_altered_table_is_refused(tmp_path: Path) -> None:
    entry = TableEntry.of_catalogue(read_catalogue().find("clintox"))
    with pytest.raises(TrainingDataError, match="is missing"):
        read_table(entry, tmp_path)
    path = tmp_path / entry.path
    path.parent.mkdir()
    with path.open("w", newline="") as handle:
        csv.writer(handle).writerow(["smiles", "CT_TOX"])
    with pytest.raises(TrainingDataError, match="SHA-256"):
        read_table(entry, tmp_path)
