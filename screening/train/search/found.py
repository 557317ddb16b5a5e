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
from screening.train.search.space import LEARNERS, Values, values_of


@dataclass(frozen=True)
class SearchResult:
    """What came of a search.

    Parameters
    ----------
    recipe : the start's, with the settings found where they are better.
    score, start_score : of the blend with them, and with the start; lower is better.
    n_trials : of this and all calls before, by status.
    study : folder of the study. seconds : of this call.
    """

    recipe: Recipe
    score: float
    start_score: float
    n_trials: Mapping[str, int]
    study: Path
    seconds: float

    @property
    def values(self) -> Values:
        """The settings that were searched, of both learners."""
        return {
            name: value
            for learner in LEARNERS
            for name, value in values_of(self.recipe, learner).items()
        }

    @property
    def is_better(self) -> bool:
        """Whether anything beats the start."""
        return self.score < self.start_score


def write_found(path: Path, source: Source, result: SearchResult) -> None:
    """Write YAML: the whole recipe with the settings found, or for a table the settings alone.

    Paths in a recipe are rewritten for the place of the new file.
    """
    if source.recipe_file is None:
        content = _sections(result)
    else:
        content = yaml.safe_load(source.recipe_file.read_text(encoding="utf-8"))
        for section, values in _sections(result).items():
            content[section] = {**(content.get(section) or {}), **values}
        if content.get("catalogue"):
            catalogue = source.recipe_file.parent / content["catalogue"]
            content["catalogue"] = os.path.relpath(catalogue.resolve(), path.parent.resolve())
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
    write_text(path, "".join(f"# {line}\n" for line in _origin(result)) + text)


def _sections(result: SearchResult) -> dict[str, dict[str, Any]]:
    """What was searched, by section, and the patience it was measured with.

    Seeds and members stay those of the training.
    """
    sections: dict[str, dict[str, Any]] = {}
    for name, value in result.values.items():
        section, _, key = name.partition(".")
        sections.setdefault(section, {})[key] = value
    sections["training"]["patience"] = result.recipe.training.patience
    return sections


def _origin(result: SearchResult) -> list[str]:
    counts = ", ".join(f"{n} {status}" for status, n in result.n_trials.items())
    return [
        f"By `screening search`; study {result.study.parent.name}/{result.study.name}: {counts}.",
        f"Loss of the blend on structures held out, relative to the base value: "
        f"{result.start_score:.4f} at the start, {result.score:.4f} with these settings.",
    ]
