from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from screening.core.addresses import public_uri
from screening.core.config import TrackingSettings
from screening.core.errors import ConfigError, InputError
from screening.track.store import (
    Store,
    initialise_store,
    locate_store,
    open_store,
    read_store,
    write_store,
)

EXPERIMENT = "marine screening"


def test_without_a_server_the_store_lies_in_the_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    store = locate_store(TrackingSettings(), tmp_path)
    assert store.uri == f"sqlite:///{tmp_path}/mlflow.db"
    assert store.artifact_location == f"{tmp_path}/mlartifacts"


def test_settings_come_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://env:5000")
    assert locate_store(TrackingSettings(), tmp_path).uri == "http://env:5000"
    settings = TrackingSettings(uri="https://lab")
    assert locate_store(settings, tmp_path) == Store("https://lab", EXPERIMENT, None)


@pytest.mark.parametrize("uri", ["./mlruns", "file:///x", "ftp://x", "lab:5000"])
def test_stores_that_mlflow_refuses_are_refused_first(tmp_path: Path, uri: str) -> None:
    with pytest.raises(ConfigError, match=r"tracking\.uri.*no address of an MLflow store"):
        locate_store(TrackingSettings(uri=uri), tmp_path)


def test_a_port_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"h:99999.*is no address"):
        locate_store(TrackingSettings(uri="http://h:99999"), tmp_path)


def test_a_password_in_the_address_is_refused_and_never_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        locate_store(TrackingSettings(uri="http://me:secret@lab"), tmp_path)
    assert "secret" not in caught.value.line()
    assert public_uri("postgresql://me:secret@lab/db") == "postgresql://lab/db"


def test_an_unreachable_server_is_named_at_once() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        uri = f"http://127.0.0.1:{taken.getsockname()[1]}"
        started = time.monotonic()
        with pytest.raises(ConfigError, match=f"no MLflow server answers at {uri}"):
            initialise_store(uri, EXPERIMENT, None)
    assert time.monotonic() - started < 5


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_text("not a database, but long enough to look at\n" * 100)
    with pytest.raises(ConfigError, match=r"MLflow store sqlite:///.*mlflow\.db"):
        initialise_store(f"sqlite:///{tmp_path}/mlflow.db", EXPERIMENT, None)


def test_a_store_in_an_impossible_place_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="MLflow store sqlite"):
        initialise_store(f"sqlite:///{tmp_path}/file/mlflow.db", EXPERIMENT, None)


@pytest.mark.slow
def test_two_processes_may_open_a_fresh_store_at_once(tmp_path: Path) -> None:
    uri, artifacts = f"sqlite:///{tmp_path}/mlflow.db", str(tmp_path / "mlartifacts")
    code = (
        "import sys; from screening.track.store import initialise_store; "
        "print(initialise_store(*sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, uri, EXPERIMENT, artifacts]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], answers
    assert len({answer[0].strip().splitlines()[-1] for answer in answers}) == 1
    experiment = open_store(uri).get_experiment_by_name(EXPERIMENT)
    assert experiment is not None
    assert experiment.artifact_location == artifacts


def test_a_store_is_made_once_and_then_found(database: Path) -> None:
    uri = f"sqlite:///{database}"
    first = initialise_store(uri, "again", str(database.parent))
    assert initialise_store(uri, "again", "/elsewhere") == first


def test_a_deleted_experiment_is_not_revived_in_silence(database: Path) -> None:
    uri = f"sqlite:///{database}"
    identity = initialise_store(uri, "deleted", str(database.parent))
    open_store(uri).delete_experiment(identity)
    with pytest.raises(ConfigError, match="was deleted"):
        initialise_store(uri, "deleted", str(database.parent))


def test_the_description_of_a_store_is_read_back(tmp_path: Path) -> None:
    store = Store("http://lab:5000", EXPERIMENT, None)
    write_store(tmp_path / "tracking.json", store)
    assert read_store(tmp_path / "tracking.json") == store
    assert (tmp_path / "tracking.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("text", ["", "[]", '{"uri": "x"}', "null"])
def test_something_else_is_no_description_of_a_store(tmp_path: Path, text: str) -> None:
    (tmp_path / "tracking.json").write_text(text)
    with pytest.raises(InputError, match="not the description of a store"):
        read_store(tmp_path / "tracking.json")
