"""Base of all settings: unknown keys are refused, and the nearest valid one is named."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from screening.core.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)


class Settings(BaseModel):
    """A group of settings: frozen, and closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def parse_settings(model: type[Model], values: Mapping[str, Any], where: str) -> Model:
    """Validate settings.

    Parameters
    ----------
    model : the pydantic model to fill.
    values : what the user gave.
    where : name of the file or argument, for the error.

    Raises
    ------
    ConfigError : names the first wrong key, and for an unknown key the nearest valid one.
    """
    try:
        return model.model_validate(values)
    except ValidationError as problems:
        # A misspelt key is also reported as missing under its right name: show the cause first.
        found = problems.errors()
        unknown = [problem for problem in found if problem["type"] == "extra_forbidden"]
        problem = (unknown or found)[0]
    path = [str(step) for step in problem["loc"]]
    key = ".".join(path) or "the settings"
    if problem["type"] == "extra_forbidden":
        valid = _fields_at(model, path[:-1])
        nearest = difflib.get_close_matches(path[-1], valid, n=1, cutoff=0.4)
        remedy = f"did you mean {nearest[0]}?" if nearest else f"valid here: {', '.join(valid)}"
        raise ConfigError(f"{where}: unknown setting {key}", remedy)
    message = problem["msg"].removeprefix("Value error, ")
    raise ConfigError(f"{where}: setting {key}: {message}", "correct its value")


def _fields_at(model: type[BaseModel], path: list[str]) -> list[str]:
    """Field names of the model that `path` (keys and list positions) leads to."""
    for step in path:
        if step not in model.model_fields:
            continue
        inner = _inner_model(model.model_fields[step].annotation)
        if inner is not None:
            model = inner
    return sorted(model.model_fields)


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        inner = _inner_model(argument)
        if inner is not None:
            return inner
    return None
