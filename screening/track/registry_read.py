"""Reading the registry: which versions of which models there are, and their bundles."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from screening.core.bundle import MANIFEST_NAME, read_bundle
from screening.core.errors import BundleError, InputError
from screening.core.provenance import file_digest
from screening.track.away import store_errors
from screening.track.store import Store, is_made, open_store

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities.model_registry import ModelVersion

CHAMPION, CHALLENGER = "champion", "challenger"
BUNDLE_DIGEST = "bundle_digest"
ENDPOINTS = "endpoints"
# Where a logged model keeps its bundle.
BUNDLE = "bundle"
_BUNDLE_PATH = f"artifacts/{BUNDLE}"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_PAGE = 1_000


@dataclass(frozen=True)
class RegisteredVersion:
    """A bundle in the registry.

    Parameters
    ----------
    name : of the registered model, which is that of the bundle.
    version : 1, 2, …
    aliases : of `champion` and `challenger`, those that it has, sorted.
    tags : `bundle_digest` (SHA-256 of `bundle.json`), `bundle_version`, `data_digest`,
        `code_version`, `split`, `endpoints`, `test_digest`, `status`, and what promotions leave.
    created : time in UTC.
    run_id : of its training run.
    """

    name: str
    version: int
    aliases: tuple[str, ...]
    tags: Mapping[str, str]
    created: datetime
    run_id: str

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Ids of what it predicts."""
        return tuple(name for name in self.tags.get(ENDPOINTS, "").split(",") if name)


def list_versions(store: Store) -> list[RegisteredVersion]:
    """Every version of every registered bundle, by name and version; none of a store that is not.

    Raises
    ------
    ConfigError, StoreAway : the store cannot be used, or is away.
    """
    if not is_made(store.uri):
        return []
    client = open_store(store.uri)
    with store_errors(store.uri):
        names = [model.name for model in _all(client, "search_registered_models")]
        found = [one for name in names for one in versions_of(client, name)]
    return sorted(found, key=lambda one: (one.name, one.version))


def versions_of(client: MlflowClient, name: str) -> list[RegisteredVersion]:
    """The versions of a registered model that hold a bundle, the first first."""
    quoted = name.replace("'", "''")
    # The search gives no aliases; the model knows them.
    aliases = _aliases(client, name)
    found = [
        _registered(one, aliases)
        for one in _all(client, "search_model_versions", filter_string=f"name = '{quoted}'")
        if _DIGEST.fullmatch(one.tags.get(BUNDLE_DIGEST, ""))
    ]
    return sorted(found, key=lambda one: one.version)


def named_versions(store: Store, name: str) -> list[RegisteredVersion]:
    """The versions of a registered model, the first first.

    Raises
    ------
    InputError : there is none; names the nearest model.
    ConfigError, StoreAway : the store cannot be used, or is away.
    """
    versions = list_versions(store)
    of_name = [one for one in versions if one.name == name]
    if not of_name:
        names = sorted({one.name for one in versions})
        near = difflib.get_close_matches(name, names, n=1)
        there = f"there are: {', '.join(names)}" if names else "`screening models register` one"
        raise InputError(
            f"no registered model {name!r}", f"did you mean {near[0]}?" if near else there
        )
    return of_name


def find_version(store: Store, name: str, version_or_alias: str) -> RegisteredVersion:
    """The version of a number or alias.

    Raises
    ------
    InputError : there is none; says which there are.
    ConfigError, StoreAway : the store cannot be used, or is away.
    """
    of_name = named_versions(store, name)
    for one in of_name:
        if version_or_alias == str(one.version) or version_or_alias in one.aliases:
            return one
    raise InputError(f"{name} has no version {version_or_alias!r}", _which(of_name))


def registered_models(client: MlflowClient, digests: Mapping[str, str]) -> dict[str, str]:
    """Where bundles are registered in the store, such as `models:/toxicity/3`; of others nothing.

    Parameters
    ----------
    client : of the store. digests : of `bundle.json`, by the name of the model.
    """
    found = {}
    for name, digest in digests.items():
        if not _DIGEST.fullmatch(digest):
            continue
        versions = client.search_model_versions(f"tags.`{BUNDLE_DIGEST}` = '{digest}'")
        if versions:
            latest = max(versions, key=lambda one: int(one.version))
            found[name] = f"models:/{latest.name}/{latest.version}"
    return found


def download_version(store: Store, version: RegisteredVersion, scratch: Path) -> Path:
    """The bundle of a version in a scratch folder, checked against its digests.

    Raises
    ------
    BundleError : it is not the bundle that was registered.
    ConfigError, StoreAway : the store cannot be used, or is away.
    """
    client = open_store(store.uri)
    with store_errors(store.uri):
        from mlflow.artifacts import download_artifacts

        place = client.get_model_version_download_uri(version.name, str(version.version))
        bundle = Path(
            download_artifacts(
                artifact_uri=f"{place}/{_BUNDLE_PATH}",
                dst_path=str(scratch),
                tracking_uri=store.uri,
            )
        )
    if not (bundle / MANIFEST_NAME).is_file() or (
        file_digest(bundle / MANIFEST_NAME) != version.tags[BUNDLE_DIGEST]
    ):
        raise BundleError(
            f"{version.name} version {version.version}: not the bundle that was registered",
            "register it again from its folder",
        )
    read_bundle(bundle)
    return bundle


def _which(versions: Sequence[RegisteredVersion]) -> str:
    told = (f"{one.version} {' '.join(one.aliases)}".strip() for one in versions)
    return f"there are: {', '.join(told)}"


def _aliases(client: MlflowClient, name: str) -> dict[int, list[str]]:
    aliases: dict[int, list[str]] = {}
    for alias, version in client.get_registered_model(name).aliases.items():
        if alias in (CHAMPION, CHALLENGER):
            aliases.setdefault(int(version), []).append(alias)
    return aliases


def _registered(one: ModelVersion, aliases: Mapping[int, list[str]]) -> RegisteredVersion:
    number = int(one.version)
    created = datetime.fromtimestamp(one.creation_timestamp / 1000, UTC)
    found = tuple(sorted(aliases.get(number, [])))
    return RegisteredVersion(one.name, number, found, dict(one.tags), created, one.run_id or "")


def _all(client: MlflowClient, search: str, **arguments: str) -> list:  # type: ignore[type-arg]
    """All pages of a search."""
    found, token = [], None
    while True:
        page = getattr(client, search)(max_results=_PAGE, page_token=token, **arguments)
        found += page
        token = page.token
        if not token:
            return found
