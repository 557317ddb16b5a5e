"""Options that take settings as JSON, such as `--settings` of the stages."""

from __future__ import annotations

import json
from typing import TypeVar

from pydantic import BaseModel

from screening.core.errors import ConfigError
from screening.core.settings import parse_settings

Model = TypeVar("Model", bound=BaseModel)


def settings_from(model: type[Model], text: str, option: str = "--settings") -> Model:
    """Settings from the JSON of an option: those of a stage, unless it is another.

    Raises
    ------
    ConfigError : the text is no JSON object, or a setting is unknown or wrong.
    """
    try:
        values = json.loads(text)
    except json.JSONDecodeError as problem:
        raise ConfigError(f"{option}: not JSON ({problem})", "give a JSON object") from None
    if not isinstance(values, dict):
        raise ConfigError(f"{option}: not a JSON object", 'write {"key": value}')
    return parse_settings(model, values, option)
