"""Finds a screen's models and what its ranking names before any work is begun."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from screening.chem.descriptors import descriptor_fields
from screening.cli.registered_bundles import model_folders
from screening.core.config import ScreenConfig
from screening.core.profiles import limits_of, objectives_of
from screening.predict.models import open_models
from screening.predict.predictor_process import describe
from screening.rank.provenance import PROVENANCE
from screening.rank.quantities import check_names
from screening.track.store import locate_store


def with_registered(config: ScreenConfig, output: Path) -> ScreenConfig:
    """The configuration with folders in place of models of the registry, as they are now.

    Parameters
    ----------
    output : of the screen, whose MLflow store is the registry.

    Raises
    ------
    InputError : there is no such version.
    BundleError : it is not the bundle that was registered.
    ConfigError, StoreAway : the store cannot be used, or is away.
    """
    store = partial(locate_store, config.tracking, output)
    return _predicting(config, model_folders(config.predict.models, store))


def with_models(config: ScreenConfig) -> ScreenConfig:
    """The configuration with the models' absolute folders.

    Raises
    ------
    BundleError : a model is missing, altered, or does not go with another.
    PredictorError : a third party's predictor cannot be started.
    ConfigError : the ranking names what no model predicts and no descriptor set holds.
    """
    models = open_models(config.predict.models)
    known = {endpoint.id for endpoint in models.endpoints} | set(PROVENANCE)
    known |= {field.name for field in descriptor_fields(config.describe.sets)}
    check_names(objectives_of(config.rank), limits_of(config.rank), known)
    for predictor in models.predictors:
        describe(predictor)
    return _predicting(config, tuple(str(model.folder) for model in models.models))


def _predicting(config: ScreenConfig, models: tuple[str, ...]) -> ScreenConfig:
    predict = config.predict.model_copy(update={"models": models})
    return config.model_copy(update={"predict": predict})
