"""The `--settings` option of the stages: JSON, checked against the settings of the stage."""

from __future__ import annotations

import json
from typing import TypeVar

from pydantic import BaseModel

from screening.core.errors import ConfigError
from screening.core.settings import parse_settings

Model = TypeVar("Model", bound=BaseModel)


def settings_from(model: type[Model], text: str) -> Model:
    """Settings of a stage from the JSON of its `--settings` option.

    Raises
    ------
    ConfigError : the text is no JSON object, or a setting is unknown or wrong.
    """
    try:
        values = json.loads(text)
    except json.JSONDecodeError as problem:
        raise ConfigError(f"--settings: not JSON ({problem})", "give a JSON object") from None
    if not isinstance(values, dict):
        raise ConfigError("--settings: not a JSON object", 'write {"key": value}')
    return parse_settings(model, values, "--settings")
