"""Finding models and checking that they go together; no network is loaded, and no code run here."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from screening.core.bundle import (
    ENDPOINT_SUFFIXES,
    MANIFEST_NAME,
    REGISTRY,
    RESERVED_COLUMNS,
    BundleManifest,
    EndpointSpec,
    read_bundle,
)
from screening.core.errors import BundleError, BundleMismatch
from screening.core.predictor_manifest import (
    PREDICTOR_NAME,
    PredictedEndpoint,
    PredictorManifest,
    is_predictor,
    read_predictor,
)
from screening.core.provenance import PROJECT, file_digest

MODELS = PROJECT / "models"


@dataclass(frozen=True)
class Bundle:
    """A bundle that has been checked.

    Parameters
    ----------
    folder : absolute path of the bundle.
    digest : SHA-256 of its manifest, which in turn names the SHA-256 of every other file.
    manifest : its manifest.
    """

    folder: Path
    digest: str
    manifest: BundleManifest


@dataclass(frozen=True)
class Predictor:
    """A third party's predictor whose manifest has been checked.

    Parameters
    ----------
    folder : absolute path of its folder.
    digest : SHA-256 of its manifest, which does not tell what its code does.
    manifest : its manifest.
    """

    folder: Path
    digest: str
    manifest: PredictorManifest


Model = Bundle | Predictor


@dataclass(frozen=True)
class ModelSet:
    """Models that predict together; `endpoints` are in the order of the columns."""

    models: tuple[Model, ...]

    @property
    def bundles(self) -> tuple[Bundle, ...]:
        """Our own."""
        return tuple(model for model in self.models if isinstance(model, Bundle))

    @property
    def predictors(self) -> tuple[Predictor, ...]:
        """Those of third parties."""
        return tuple(model for model in self.models if isinstance(model, Predictor))

    def columns_of(self, models: Sequence[Model]) -> list[int]:
        """Places of some models' endpoints among all, one model after the other."""
        wanted = {id(model) for model in models}
        return [place for place, owner in enumerate(self.owners) if id(owner) in wanted]

    def check_features(self, computed: str) -> None:
        """Refuse bundles that read other features than this version computes.

        Raises
        ------
        BundleMismatch : names the first such bundle.
        """
        for bundle in self.bundles:
            if bundle.manifest.feature_version != computed:
                raise BundleMismatch(
                    f"{bundle.folder}: made for features {bundle.manifest.feature_version}, "
                    f"this version computes {computed}",
                    "train the bundle again",
                )

    @property
    def endpoints(self) -> tuple[EndpointSpec | PredictedEndpoint, ...]:
        """Endpoints of all models, one after the other."""
        return tuple(spec for model in self.models for spec in model.manifest.endpoints)

    @property
    def owners(self) -> tuple[Model, ...]:
        """For each endpoint the model that predicts it."""
        return tuple(model for model in self.models for _ in model.manifest.endpoints)


def open_models(names: Sequence[str]) -> ModelSet:
    """Find and check models.

    Parameters
    ----------
    names : folders of bundles or of third parties' predictors, or names of bundles under `models/`
        of the project.

    Raises
    ------
    BundleError : a bundle is missing, incomplete or altered, or none is named.
    PredictorError : a predictor's manifest is malformed, or its interpreter missing.
    BundleMismatch : two models, or an endpoint and a fixed column, claim one column.
    """
    if not names:
        raise BundleError("no model is named", f"name one of: {', '.join(_shipped())}")
    models = ModelSet(tuple(_open(find_model(name)) for name in names))
    _refuse_shared_columns(models)
    return models


def _open(folder: Path) -> Model:
    if is_predictor(folder):
        predictor = read_predictor(folder)
        return Predictor(folder, file_digest(folder / PREDICTOR_NAME), predictor)
    manifest = read_bundle(folder)
    return Bundle(folder, file_digest(folder / MANIFEST_NAME), manifest)


def find_model(name: str) -> Path:
    """The absolute folder of a model: the path itself, or below `models/` or the project.

    Raises
    ------
    BundleError : there is no such model, or it is two in one; names the nearest shipped one.
        Those of a registry have to be brought to a folder first.
    """
    if name.startswith(REGISTRY):
        raise BundleError(
            f"{name}: is in the MLflow registry, not in a folder",
            "bring it with `screening models pull`; `screening run` and `screening predict` do "
            "that by themselves",
        )
    places = (Path(name), MODELS / name, PROJECT / name)
    for folder in places:
        is_bundle = (folder / MANIFEST_NAME).is_file()
        if is_bundle and is_predictor(folder):
            # A bundle that was fetched from somewhere must never bring code with it.
            raise BundleError(
                f"{folder}: holds both {MANIFEST_NAME} and {PREDICTOR_NAME}",
                "remove the one that does not belong there",
            )
        if is_bundle or is_predictor(folder):
            return folder.resolve()
    if Path(name).exists():
        raise BundleError(
            f"{name}: no model bundle ({MANIFEST_NAME} is missing)",
            "name a folder written by `screening train`",
        )
    shipped = _shipped()
    nearest = difflib.get_close_matches(name, shipped, n=1)
    listed = f"there are: {', '.join(shipped)}" if shipped else "train one with `screening train`"
    remedy = f"did you mean {nearest[0]}?" if nearest else listed
    raise BundleError(f"no model bundle called {name!r}", remedy)


def _shipped() -> list[str]:
    return sorted(path.parent.name for path in MODELS.glob(f"*/{MANIFEST_NAME}"))


def _refuse_shared_columns(models: ModelSet) -> None:
    owner_of = dict.fromkeys(RESERVED_COLUMNS, "every table of predictions")
    for spec, model in zip(models.endpoints, models.owners, strict=True):
        for column in (spec.id, *(spec.id + suffix for suffix in ENDPOINT_SUFFIXES)):
            if column in owner_of:
                raise BundleMismatch(
                    f"column {column} of {model.folder} is also a column of {owner_of[column]}",
                    "predict with these models one at a time, or rename the endpoint in training",
                )
            owner_of[column] = str(model.folder)
