"""Finds a screen's models and what its ranking names before any work is begun."""

from __future__ import annotations

import difflib

from screening.chem.descriptors import descriptor_fields
from screening.core.config import ScreenConfig
from screening.core.errors import ConfigError
from screening.predict.models import open_models


def with_models(config: ScreenConfig) -> ScreenConfig:
    """The configuration with the models' absolute folders.

    Raises
    ------
    BundleError : a model is missing, altered, or does not go with another.
    ConfigError : the ranking names what no model predicts and no descriptor set holds.
    """
    models = open_models(config.predict.models)
    known = {endpoint.id for endpoint in models.endpoints}
    known |= {field.name for field in descriptor_fields(config.describe.sets)}
    wanted = [("objectives", one.column) for one in config.rank.objectives]
    wanted += [("limits", one.column) for one in config.rank.limits]
    for where, column in wanted:
        if column not in known:
            nearest = difflib.get_close_matches(column, known, n=1, cutoff=0.75)
            remedy = f"did you mean {nearest[0]}?" if nearest else "add its model, or set rank anew"
            raise ConfigError(
                f"rank.{where}: no model predicts {column!r}, and no descriptor set holds it",
                remedy,
            )
    folders = tuple(str(bundle.folder) for bundle in models.bundles)
    predict = config.predict.model_copy(update={"models": folders})
    return config.model_copy(update={"predict": predict})
