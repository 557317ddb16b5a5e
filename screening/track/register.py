"""Registers a bundle: its training run, and a version of the registered model of its name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from screening.core.bundle import read_bundle
from screening.core.errors import BundleError, InputError
from screening.core.fixed_test import read_fixed_test
from screening.core.training import MODEL_NAME
from screening.track.away import store_errors
from screening.track.bundle_fields import (
    TEST_DIGEST,
    card_of,
    version_description,
    version_tags,
)
from screening.track.bundle_runs import TrainedBundle, record_bundle
from screening.track.registry_read import (
    BUNDLE_DIGEST,
    CHALLENGER,
    RegisteredVersion,
    versions_of,
)
from screening.track.store import Store, initialise_store, open_store
from screening.track.turns import my_turn

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import LoggedModel


@dataclass(frozen=True)
class Registered:
    """A version, and whether it was made now."""

    version: RegisteredVersion
    is_new: bool


def register_bundle(
    bundle: Path,
    test: Path,
    store: Store,
    on_test: Mapping[str, Mapping[str, float]],
    say: Callable[[str], None],
) -> Registered:
    """Register a bundle under its own name, as the challenger. The same bundle is one version.

    The fixed test belongs to the name: all its versions are measured on the same structures.

    Parameters
    ----------
    bundle : its folder.
    test : the fixed test, as `screening train --test` wrote it.
    store : where; its run goes to the experiment `<experiment> models`.
    on_test : metrics on the fixed test, by endpoint.
    say : told when another process has to be waited for.

    Raises
    ------
    BundleError : the bundle is missing or altered, or its name cannot be registered.
    InputError : there is no such test, or earlier versions have another.
    ConfigError, StoreAway : the store cannot be used, or is away.
    """
    manifest, fixed = read_bundle(bundle), read_fixed_test(test)
    if not re.fullmatch(MODEL_NAME, manifest.name):
        raise BundleError(
            f"{bundle}: the name {manifest.name[:60]!r} cannot be registered",
            "train it to a folder whose name has letters, digits and - _ . alone",
        )
    tags = version_tags(bundle, manifest, fixed)
    trained = TrainedBundle(bundle, manifest, test, on_test, tags, card_of(bundle, manifest))
    experiment = initialise_store(store.uri, f"{store.experiment} models", store.artifact_location)
    client = open_store(store.uri)
    with store_errors(store.uri):
        known = _known(client, manifest.name, tags)
        if known:
            return Registered(known, False)
        run_id, model = record_bundle(client, store.uri, experiment, trained)
        with my_turn(client, store, say) as turn:
            # Somebody may have registered the same bundle meanwhile.
            known = _known(client, manifest.name, tags)
            if known:
                client.delete_logged_model(model.model_id)
                client.delete_run(run_id)
                return Registered(known, False)
            turn.check()
            number = _new_version(client, trained, run_id, model)
        [made] = [one for one in versions_of(client, manifest.name) if one.version == number]
        return Registered(made, True)


def _known(client: MlflowClient, name: str, tags: Mapping[str, str]) -> RegisteredVersion | None:
    """The version that holds this very bundle, if there is one.

    Raises
    ------
    InputError : versions of the name have another fixed test.
    """
    if not _is_registered(client, name):
        return None
    for one in versions_of(client, name):
        if one.tags[BUNDLE_DIGEST] == tags[BUNDLE_DIGEST]:
            return one
        if one.tags.get(TEST_DIGEST) != tags[TEST_DIGEST]:
            raise InputError(
                f"version {one.version} of {name} has another fixed test "
                f"({one.tags.get(TEST_DIGEST, '')[:12]}…, not {tags[TEST_DIGEST][:12]}…)",
                "train and register with the test of that version (an artifact of its run), "
                "or train under another name",
            )
    return None


def _is_registered(client: MlflowClient, name: str) -> bool:
    return bool(client.search_registered_models(f"name = '{name}'"))


def _new_version(
    client: MlflowClient, trained: TrainedBundle, run_id: str, model: LoggedModel
) -> int:
    """A version with all its tags in one step, and the alias `challenger` on it."""
    name = trained.manifest.name
    if not _is_registered(client, name):
        client.create_registered_model(name, tags={"kind": "screening bundle"})
    made = client.create_model_version(
        name,
        model.artifact_location,
        run_id=run_id,
        tags=dict(trained.tags),
        description=version_description(trained.card),
        model_id=model.model_id,
    )
    client.set_registered_model_alias(name, CHALLENGER, made.version)
    return int(made.version)
