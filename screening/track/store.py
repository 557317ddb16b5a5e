"""The MLflow store: where it is, and its first creation by one process at a time."""

from __future__ import annotations

import fcntl
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from screening.core.addresses import public_uri
from screening.core.config import TrackingSettings
from screening.core.errors import ConfigError, InputError
from screening.track.away import REMEDY, SERVERS, check_reachable, store_errors

if TYPE_CHECKING:
    from mlflow import MlflowClient

STORE_FILE = "mlflow.db"
ARTIFACTS = "mlartifacts"
_DATABASES = ("postgresql", "mysql", "mssql")
_SQLITE = "sqlite:///"
# MLflow's pages sort experiments by this into runs and conversations.
_EXPERIMENT_TAGS = {"mlflow.experimentKind": "custom_model_development"}


@dataclass(frozen=True)
class Store:
    """A store that is ready for runs.

    Parameters
    ----------
    uri : address of the server or database.
    experiment : name of the experiment, which exists.
    artifact_location : folder of the artifacts; None: the server decides.
    """

    uri: str
    experiment: str
    artifact_location: str | None


def locate_store(settings: TrackingSettings, output: Path) -> Store:
    """Where runs are recorded: the settings' server, MLFLOW_TRACKING_URI, or SQLite in `output`.

    Parameters
    ----------
    settings : experiment and server.
    output : folder of the results, for `mlflow.db` and `mlartifacts/`.

    Raises
    ------
    ConfigError : the address is of no kind that MLflow 3 takes, or holds a password.
    """
    uri = settings.uri or os.environ.get("MLFLOW_TRACKING_URI", "")
    folder = output.resolve()
    if not uri:
        uri = f"{_SQLITE}{folder / STORE_FILE}"
    kind = urlsplit(uri).scheme.split("+")[0]
    if kind in SERVERS:
        if urlsplit(uri).password:
            raise ConfigError(
                "tracking.uri holds a password",
                "give it as MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD",
            )
        _check_port(uri)
        return Store(uri, settings.experiment, None)
    if kind not in (*_DATABASES, "sqlite"):
        raise ConfigError(
            f"tracking.uri: {public_uri(uri)!r} is no address of an MLflow store",
            "give http://host:port, sqlite:////path/mlflow.db, or null",
        )
    return Store(uri, settings.experiment, str(folder / ARTIFACTS))


def _check_port(uri: str) -> None:
    try:
        _ = urlsplit(uri).port
    except ValueError as problem:
        raise ConfigError(
            f"tracking.uri: {public_uri(uri)!r} is no address ({problem})", "give http://host:port"
        ) from None


def initialise_store(uri: str, experiment: str, artifact_location: str | None) -> str:
    """Create the store's tables and the experiment where they are missing.

    Several processes that first open one SQLite file at once break it, so they take turns.

    Parameters
    ----------
    uri : address of the server or database.
    experiment : name of the experiment.
    artifact_location : folder of the experiment's artifacts; None: the server decides.

    Returns
    -------
    The experiment's id.

    Raises
    ------
    ConfigError : the store cannot be opened, or the experiment was deleted in it.
    StoreAway : it is a server, and does not answer.
    """
    with one_at_a_time(uri):
        client = open_store(uri)
        with store_errors(uri):
            return _experiment_id(client, experiment, artifact_location)


def open_store(uri: str) -> MlflowClient:
    """A client of a store, quiet and with short patience.

    Raises
    ------
    ConfigError : the store cannot be opened.
    StoreAway : it is a server, and does not answer.
    """
    check_reachable(uri)
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    # Nothing of the project is a pickle, so nothing needs to be unpickled.
    os.environ.setdefault("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "3")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "60")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from mlflow import MlflowClient

    with store_errors(uri):
        return MlflowClient(tracking_uri=uri, registry_uri=uri)


def is_made(uri: str) -> bool:
    """Whether there is a store to look into; a client would make a SQLite file that is missing."""
    return not uri.startswith(_SQLITE) or Path(uri.removeprefix(_SQLITE)).is_file()


def write_store(path: Path, store: Store) -> None:
    """Write where the store is, as JSON for `read_store`; readable for its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    partial.touch(mode=0o600)
    partial.write_text(json.dumps(asdict(store), indent=2) + "\n", encoding="utf-8")
    partial.replace(path)


def read_store(path: Path) -> Store:
    """Read what `write_store` wrote.

    Raises
    ------
    InputError : the file is missing or something else.
    """
    try:
        return Store(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise InputError(
            f"{path}: not the description of a store", "run `screening initialise-tracking`"
        ) from None


def _experiment_id(client: MlflowClient, name: str, artifact_location: str | None) -> str:
    from mlflow.exceptions import MlflowException

    experiment = client.get_experiment_by_name(name)
    if experiment is None:
        try:
            return client.create_experiment(name, artifact_location, tags=_EXPERIMENT_TAGS)
        except MlflowException as problem:
            if problem.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
            # Another process was faster on a server.
            experiment = client.get_experiment_by_name(name)
    if experiment is None or experiment.lifecycle_stage == "deleted":
        raise ConfigError(
            f"tracking.experiment: {name!r} was deleted in the MLflow store",
            "restore it there (`mlflow experiments restore`), or choose another name",
        )
    return str(experiment.experiment_id)


@contextmanager
def one_at_a_time(uri: str) -> Iterator[None]:
    """Hold a lock file beside a SQLite store; a server looks after itself.

    Not to be nested: the lock belongs to the open file, not to the process.
    """
    if not uri.startswith(_SQLITE):
        yield
        return
    lock = Path(uri.removeprefix(_SQLITE) + ".lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        handle = lock.open("w")
    except OSError as problem:
        raise ConfigError(f"MLflow store {uri}: {problem.strerror}", REMEDY) from None
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
