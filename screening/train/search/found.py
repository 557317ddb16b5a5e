"""The file that a search leaves: a recipe, or the settings for a table, and where they are from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from screening.core.partitions import write_text
from screening.train.recipe import Recipe
from screening.train.search.sources import Source
from screening.train.search.space import SPACE, Values, with_values


@dataclass(frozen=True)
class SearchResult:
    """What came of a search.

    Parameters
    ----------
    values : the settings found, or those of the start where nothing was better.
    score, start_score : of the blend with them, and with the start; lower is better.
    n_trials : of this and all calls before, by status.
    study : folder of the study. seconds : of this call.
    """

    values: Values
    score: float
    start_score: float
    n_trials: Mapping[str, int]
    study: Path
    seconds: float

    @property
    def is_better(self) -> bool:
        """Whether anything beats the start."""
        return self.score < self.start_score


def write_found(path: Path, source: Source, result: SearchResult) -> None:
    """Write YAML: the whole recipe with the settings found, or for a table the settings alone.

    Paths in a recipe are rewritten for the place of the new file.
    """
    recipe = with_values(source.recipe, result.values)
    if source.recipe_file is None:
        content = _sections(recipe)
    else:
        content = yaml.safe_load(source.recipe_file.read_text(encoding="utf-8"))
        for section, values in _sections(recipe).items():
            content[section] = {**(content.get(section) or {}), **values}
        if content.get("catalogue"):
            catalogue = source.recipe_file.parent / content["catalogue"]
            content["catalogue"] = os.path.relpath(catalogue.resolve(), path.parent.resolve())
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
    write_text(path, "".join(f"# {line}\n" for line in _origin(result)) + text)


def _sections(recipe: Recipe) -> dict[str, dict[str, Any]]:
    """The settings that are searched, by section; seeds and members stay those of the training."""
    sections: dict[str, dict[str, Any]] = {}
    for name in (name for space in SPACE.values() for name in space):
        section, _, key = name.partition(".")
        sections.setdefault(section, {})[key] = getattr(getattr(recipe, section), key)
    return sections


def _origin(result: SearchResult) -> list[str]:
    counts = ", ".join(f"{n} {status}" for status, n in result.n_trials.items())
    return [
        f"By `screening search`; study {result.study.parent.name}/{result.study.name}: {counts}.",
        f"Loss of the blend on structures held out, relative to the base value: "
        f"{result.start_score:.4f} at the start, {result.score:.4f} with these settings.",
    ]
