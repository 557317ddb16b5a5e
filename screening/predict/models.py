"""Finding model bundles and checking that they go together; no network is loaded here."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from screening.core.bundle import (
    ENDPOINT_SUFFIXES,
    MANIFEST_NAME,
    RESERVED_COLUMNS,
    BundleManifest,
    EndpointSpec,
    read_bundle,
)
from screening.core.errors import BundleError, BundleMismatch
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
class ModelSet:
    """Bundles that predict together; `endpoints` are in the order of the columns."""

    bundles: tuple[Bundle, ...]

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
    def endpoints(self) -> tuple[EndpointSpec, ...]:
        """Endpoints of all bundles, one after the other."""
        return tuple(spec for bundle in self.bundles for spec in bundle.manifest.endpoints)

    @property
    def owners(self) -> tuple[Bundle, ...]:
        """For each endpoint the bundle that predicts it."""
        return tuple(bundle for bundle in self.bundles for _ in bundle.manifest.endpoints)


def open_models(names: Sequence[str]) -> ModelSet:
    """Find and check bundles.

    Parameters
    ----------
    names : folders, or names of bundles under `models/` of the project.

    Raises
    ------
    BundleError : a bundle is missing, incomplete or altered, or none is named.
    BundleMismatch : two bundles, or an endpoint and a fixed column, claim one column.
    """
    if not names:
        raise BundleError("no model is named", f"name one of: {', '.join(_shipped())}")
    bundles = []
    for folder in map(find_bundle, names):
        manifest = read_bundle(folder)
        bundles.append(Bundle(folder, file_digest(folder / MANIFEST_NAME), manifest))
    models = ModelSet(tuple(bundles))
    _refuse_shared_columns(models)
    return models


def find_bundle(name: str) -> Path:
    """The absolute folder of a bundle: the path itself, or below `models/` or the project.

    Raises
    ------
    BundleError : there is no such bundle; names the nearest shipped one.
    """
    places = (Path(name), MODELS / name, PROJECT / name)
    for folder in places:
        if (folder / MANIFEST_NAME).is_file():
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
    for spec, bundle in zip(models.endpoints, models.owners, strict=True):
        for column in (spec.id, *(spec.id + suffix for suffix in ENDPOINT_SUFFIXES)):
            if column in owner_of:
                raise BundleMismatch(
                    f"column {column} of {bundle.folder} is also a column of {owner_of[column]}",
                    "predict with these models one at a time, or rename the endpoint in training",
                )
            owner_of[column] = str(bundle.folder)
