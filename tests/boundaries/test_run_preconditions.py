"""What a screen needs is checked before any work is begun."""

from pathlib import Path

import pytest

from screening.cli.screen_models import with_models
from screening.core.config import PredictSettings, ScreenConfig
from screening.core.errors import BundleError, ConfigError
from screening.core.objectives import Objective, RankSettings

PROJECT = Path(__file__).resolve().parents[2]


def test_models_get_their_absolute_folders() -> None:
    config = ScreenConfig(predict=PredictSettings(models=("toxicity", "models/activity")))
    folders = with_models(config).predict.models
    assert folders == (str(PROJECT / "models/toxicity"), str(PROJECT / "models/activity"))


def test_an_unknown_model_is_named_with_the_nearest() -> None:
    config = ScreenConfig(predict=PredictSettings(models=("toxicty",)))
    with pytest.raises(BundleError, match=r"toxicty.*did you mean toxicity\?"):
        with_models(config)


def test_an_objective_that_no_model_predicts_is_refused() -> None:
    config = ScreenConfig(predict=PredictSettings(models=("toxicity",)))
    with pytest.raises(ConfigError, match="nci60_breast"):
        with_models(config)


def test_a_misspelt_objective_is_told_the_nearest() -> None:
    wish = Objective(column="hergg", worst=1.0, best=0.0)
    config = ScreenConfig(rank=RankSettings(objectives=(wish,)))
    with pytest.raises(ConfigError, match=r"did you mean 'herg'\?"):
        with_models(config)
