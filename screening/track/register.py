"""Registers a bundle: its training run, and a version of the registered model of its name."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING

from screening.core.bundle import MANIFEST_NAME, BundleManifest, read_bundle
from screening.core.errors import BundleError, InputError
from screening.core.fixed_test import FIXED_TEST, FixedTest, read_fixed_test
from screening.track.away import store_errors
from screening.track.bundle_fields import (
    CARD,
    TEST_DIGEST,
    bundle_metrics,
    bundle_parameters,
    card_of,
    run_tags,
    version_description,
    version_tags,
)
from screening.track.registry_read import (
    BUNDLE,
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

# What the registry and its addresses take without escapes.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
_CODE = Path(__file__).with_name("served_code.py")
# The project pins all else; these are named for whoever serves the model from another place.
_REQUIREMENTS = ("marine-screening", "mlflow", "torch", "torch_geometric", "rdkit", "xgboost-cpu")
_EXAMPLE = ["CN1C=NC2=C1C(=O)N(C(=O)N2C)C", "not a structure"]
_BATCH = 100


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
    if not _NAME.fullmatch(manifest.name):
        raise BundleError(
            f"{bundle}: the name {manifest.name[:60]!r} cannot be registered",
            "train it to a folder whose name has letters, digits and - _ . alone",
        )
    tags = version_tags(bundle, manifest, fixed)
    experiment = initialise_store(store.uri, f"{store.experiment} models", store.artifact_location)
    client = open_store(store.uri)
    with store_errors(store.uri):
        known = _known(client, manifest.name, tags)
        if known:
            return Registered(known, False)
        with _pointed_at(store.uri):
            run_id, model = _log(client, experiment, bundle, manifest, test, tags, on_test)
        with my_turn(client, store, say) as turn:
            # Somebody may have registered the same bundle meanwhile.
            known = _known(client, manifest.name, tags)
            if known:
                client.delete_run(run_id)
                return Registered(known, False)
            turn.check()
            number = _new_version(client, manifest, run_id, model, tags, card_of(bundle, manifest))
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
    client: MlflowClient,
    manifest: BundleManifest,
    run_id: str,
    model: LoggedModel,
    tags: Mapping[str, str],
    card: str,
) -> int:
    """A version with all its tags in one step, and the alias `challenger` on it."""
    name = manifest.name
    if not _is_registered(client, name):
        client.create_registered_model(name, tags={"kind": "screening bundle"})
    made = client.create_model_version(
        name,
        model.artifact_location,
        run_id=run_id,
        tags=dict(tags),
        description=version_description(card),
        model_id=model.model_id,
    )
    client.set_registered_model_alias(name, CHALLENGER, made.version)
    return int(made.version)


def _log(
    client: MlflowClient,
    experiment: str,
    bundle: Path,
    manifest: BundleManifest,
    test: Path,
    tags: Mapping[str, str],
    on_test: Mapping[str, Mapping[str, float]],
) -> tuple[str, LoggedModel]:
    """The training run, finished, with its logged model."""
    import mlflow
    from mlflow.entities import Param

    card = card_of(bundle, manifest)
    name = f"{manifest.name} {tags[BUNDLE_DIGEST][:8]}"
    with mlflow.start_run(
        experiment_id=experiment, run_name=name, tags=run_tags(manifest, tags, card)
    ) as run:
        run_id = str(run.info.run_id)
        values = [Param(key, value) for key, value in bundle_parameters(manifest).items()]
        for start in range(0, len(values), _BATCH):
            client.log_batch(run_id, params=values[start : start + _BATCH])
        mlflow.log_metrics(bundle_metrics(manifest, on_test))
        client.log_text(run_id, card, CARD)
        with tempfile.TemporaryDirectory() as scratch:
            named = Path(shutil.copy(test, Path(scratch) / FIXED_TEST))
            client.log_artifact(run_id, str(named))
            whole = _copied(bundle, manifest, Path(scratch) / BUNDLE)
            info = mlflow.pyfunc.log_model(
                name=BUNDLE,
                python_model=str(_CODE),
                artifacts={BUNDLE: str(whole)},
                input_example=_EXAMPLE,
                pip_requirements=list(_requirements()),
            )
    return run_id, client.get_logged_model(info.model_id)


def _copied(bundle: Path, manifest: BundleManifest, folder: Path) -> Path:
    """The bundle's own files alone, in a folder whose name says nothing of a user."""
    folder.mkdir()
    for name in (MANIFEST_NAME, *manifest.files):
        shutil.copyfile(bundle / name, folder / name)
    read_bundle(folder)
    return folder


def _requirements() -> Iterator[str]:
    """Pinned, without the build (`+cpu`) that only an index of its own has."""
    for name in _REQUIREMENTS:
        yield f"{name}=={installed(name).partition('+')[0]}"


@contextmanager
def _pointed_at(uri: str) -> Iterator[None]:
    """MLflow's own logging of models goes to the store that is set for the process."""
    import mlflow

    before = mlflow.get_tracking_uri(), mlflow.get_registry_uri()
    pickle = os.environ.get("MLFLOW_ALLOW_PICKLE_DESERIALIZATION")
    os.environ["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] = "false"
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    try:
        yield
    finally:
        mlflow.set_tracking_uri(before[0])
        mlflow.set_registry_uri(before[1])
        if pickle is None:
            del os.environ["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"]
        else:
            os.environ["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] = pickle
