"""Finds a screen's models and what its ranking names before any work is begun."""

from __future__ import annotations

from screening.chem.descriptors import descriptor_fields
from screening.core.config import ScreenConfig
from screening.core.profiles import limits_of, objectives_of
from screening.predict.models import open_models
from screening.predict.predictor_process import describe
from screening.rank.provenance import PROVENANCE
from screening.rank.quantities import check_names


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
    folders = tuple(str(model.folder) for model in models.models)
    predict = config.predict.model_copy(update={"models": folders})
    return config.model_copy(update={"predict": predict})
