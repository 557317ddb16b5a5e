"""Bundles of the MLflow registry, brought to this disk."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from screening.bundles.carry import carry, copy_bundle
from screening.bundles.check import Wanted, check_bundle
from screening.bundles.signature import trusted_keys
from screening.cli.registry_store import say
from screening.core.bundle import REGISTRY
from screening.core.cache import cache_folder, registered_place
from screening.core.disk import writing
from screening.core.errors import BundleError, InputError
from screening.core.lock import only_one
from screening.core.training import MODEL_NAME
from screening.track.registry_read import (
    BUNDLE_DIGEST,
    RegisteredVersion,
    download_version,
    find_version,
)
from screening.track.store import Store

_ADDRESS = re.compile(re.escape(REGISTRY) + r"(?P<name>[^/@]+)[/@](?P<version>[^/@]+)")


def model_folders(names: Sequence[str], store: Callable[[], Store]) -> tuple[str, ...]:
    """The models' names, with the folder of each that stands in the registry.

    The folder has the bundle's digest in its path: another champion is another folder. It is
    brought once, and its digests are checked whenever it is used.

    Parameters
    ----------
    names : of models; `models:/NAME@champion` and `models:/NAME/3` are of the registry.
    store : the registry, asked for where it is needed.

    Raises
    ------
    InputError : there is no such version.
    BundleError : it is not the bundle that was registered, or its signature does not fit.
    ConfigError, StoreAway : the store cannot be used, or is away.
    """
    return tuple(
        str(_kept_folder(store(), name)) if name.startswith(REGISTRY) else name for name in names
    )


def address_version(store: Store, address: str) -> RegisteredVersion:
    """The version that an address names.

    Raises
    ------
    InputError : there is none, or it is no address.
    ConfigError, StoreAway : the store cannot be used, or is away.
    """
    found = _ADDRESS.fullmatch(address)
    if not (found and re.fullmatch(MODEL_NAME, found["name"])):  # it will name a folder
        raise InputError(
            f"{address}: no version of a registered model",
            "name models:/NAME@champion or models:/NAME/3",
        )
    return find_version(store, found["name"], found["version"])


def fetch_version(store: Store, version: RegisteredVersion, folder: Path) -> None:
    """Bring a version's bundle into an empty folder; nothing but what its manifest names.

    Raises
    ------
    BundleError : it is not the bundle that was registered.
    OutputError : the disk is full.
    ConfigError, StoreAway : the store cannot be used, or is away.
    """
    with writing(folder), tempfile.TemporaryDirectory(dir=folder) as scratch:
        copy_bundle(download_version(store, version, Path(scratch)), folder, os.rename)


def _kept_folder(store: Store, address: str) -> Path:
    version = address_version(store, address)
    digest = version.tags[BUNDLE_DIGEST]
    say(f"{address} is version {version.version}, bundle {digest}")
    folder = registered_place(cache_folder(), digest, version.name)
    if not _is_whole(folder, digest):
        with writing(folder), only_one(folder.with_name("lock"), say, "fetching this model"):
            if not _is_whole(folder, digest):  # nobody else brought it meanwhile
                shutil.rmtree(folder, ignore_errors=True)
                wanted = Wanted(digest, tuple(trusted_keys()))
                carry(partial(fetch_version, store, version), folder, wanted)
    return folder


def _is_whole(folder: Path, digest: str) -> bool:
    try:
        check_bundle(folder, Wanted(digest))
    except BundleError:
        return False
    return True
