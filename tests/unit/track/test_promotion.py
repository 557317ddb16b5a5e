"""Several processes decide at once in the registry of a real MLflow server."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from screening.core.bundle import MANIFEST_NAME, BundleManifest, write_manifest
from screening.core.errors import ConfigError
from screening.core.fixed_test import FIXED_TEST, FixedTest, write_fixed_test
from screening.core.judgement import JudgedBundle, Judgement
from screening.core.provenance import file_digest
from screening.track.champions import history
from screening.track.promotion import promote
from screening.track.registry_read import list_versions
from screening.track.store import Store, initialise_store, open_store
from screening.track.turns import LOCK, my_turn

TEST = FixedTest(["K"], ["C"], np.array([False]), {"it": np.array([1.0], dtype=np.float32)})
# Promotes the version of its arguments. Its gate compares the numbers that the bundles are
# described by, and at first waits until the other process has judged as well: both judge against
# the same champion.
PROMOTE = """
import sys, time
from pathlib import Path
from screening.core.bundle import read_manifest
from screening.core.judgement import JudgedBundle, Judgement
from screening.track.promotion import promote
from screening.track.store import Store

uri, name, version, meeting = sys.argv[1:]
meeting = Path(meeting)

def judge(challenger, champion, test):
    new, old = (float(read_manifest(one).description) for one in (challenger, champion))
    (meeting / version).touch()
    while len(list(meeting.iterdir())) < 2:
        time.sleep(0.05)
    bundle = JudgedBundle(name, version, "")
    settings = {"draws": 0, "confidence": 0.95}
    return Judgement(new > old, f"{new} against {old}", (), bundle, bundle, test.digest, 1, 0, 0,
                     settings)

judged = promote(Store(uri, "promotions", None), name, version, judge, print)
sys.exit(0 if judged.judgement.promoted else 1)
"""
ROLL_BACK = """
import sys
from screening.track.promotion import roll_back
from screening.track.store import Store
roll_back(Store(sys.argv[1], "promotions", None), sys.argv[2], print)
"""


@pytest.fixture
def store(server: str) -> Store:
    initialise_store(server, "promotions", None)
    return Store(server, "promotions", None)


def register(store: Store, name: str, quality: float, folder: Path) -> str:
    """A version of a bundle that holds nothing but a number; its number."""
    folder.mkdir(parents=True)
    manifest = {"name": name, "version": "1", "description": str(quality), "feature_version": ""}
    empty = {"architecture": {}, "endpoints": [], "training": {}, "versions": {}, "files": {}}
    write_manifest(folder, BundleManifest.model_validate(manifest | empty))
    client = open_store(store.uri)
    experiment = client.get_experiment_by_name(store.experiment)
    assert experiment is not None
    run = client.create_run(experiment.experiment_id)
    client.log_artifact(run.info.run_id, str(folder / MANIFEST_NAME), "model/artifacts/bundle")
    write_fixed_test(folder / FIXED_TEST, TEST)
    client.log_artifact(run.info.run_id, str(folder / FIXED_TEST))
    tags = {"bundle_digest": file_digest(folder / MANIFEST_NAME), "test_digest": TEST.digest}
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    source = f"{run.info.artifact_uri}/model"
    return str(client.create_model_version(name, source, run.info.run_id, tags=tags).version)


def together(code: str, *arguments: list[str]) -> list[int]:
    """Exit codes of processes that run at once."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, *one],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for one in arguments
    ]
    said = [process.communicate(timeout=300)[0] for process in processes]
    codes = [process.returncode for process in processes]
    assert all("Traceback" not in one or "InputError" in one for one in said), said
    return codes


@pytest.mark.slow
def test_two_promotions_at_once_leave_one_champion(store: Store, tmp_path: Path) -> None:
    for number, quality in enumerate((1.0, 2.0, 2.0)):
        register(store, "twice", quality, tmp_path / str(number))
    client = open_store(store.uri)
    client.set_registered_model_alias("twice", "champion", "1")
    meeting = tmp_path / "meeting"
    meeting.mkdir()

    # Both are better than version 1, and as good as each other.
    codes = together(PROMOTE, *([store.uri, "twice", one, str(meeting)] for one in ("2", "3")))

    assert sorted(codes) == [0, 1]
    versions = [one for one in list_versions(store) if one.name == "twice"]
    [champion] = [one for one in versions if "champion" in one.aliases]
    loser = next(one for one in versions if one.version not in (1, champion.version))
    assert loser.tags["status"] == "refused"
    assert loser.tags["judged_against"] == f"version {champion.version}"
    assert champion.tags["judged_against"] == "version 1"
    assert len(history(client, "twice")) == 1

    # Two rollbacks at once go back once, or one after the other finds no earlier champion.
    codes = together(ROLL_BACK, *([store.uri, "twice"] for _ in range(2)))
    assert sorted(codes) == [0, 1]
    [back] = [one for one in list_versions(store) if "champion" in one.aliases]
    assert back.version == 1
    # The tickets of turns are no bundles, and none is left.
    assert LOCK not in {one.name for one in list_versions(store)}
    assert not client.search_model_versions(f"name = '{LOCK}'")


@pytest.mark.parametrize("promoted", [True, False])
def test_a_version_registered_meanwhile_stays_challenger(
    store: Store, tmp_path: Path, promoted: bool
) -> None:
    name, client = f"meanwhile-{promoted}", open_store(store.uri)
    register(store, name, 1.0, tmp_path / "1")
    client.set_registered_model_alias(name, "challenger", "1")

    def judge(challenger: Path, champion: Path | None, test: FixedTest) -> Judgement:
        register(store, name, 2.0, tmp_path / "2")
        client.set_registered_model_alias(name, "challenger", "2")
        settings = {"draws": 0, "confidence": 0.95}
        bundle = JudgedBundle(name, "1", "")
        return Judgement(promoted, "", (), bundle, None, test.digest, 1, 0, 0, settings)

    promote(store, name, None, judge, print)
    aliases = [one.aliases for one in list_versions(store) if one.name == name]
    assert aliases == [("champion",) if promoted else (), ("challenger",)]


@pytest.mark.slow
def test_turns_on_a_server_follow_each_other(store: Store) -> None:
    client = open_store(store.uri)
    inside: list[int] = []
    most = []

    def work(number: int) -> None:
        with my_turn(client, store, print):
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.05)
            inside.remove(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert most == [1] * 4


def test_the_ticket_of_a_dead_process_is_removed(store: Store) -> None:
    client = open_store(store.uri)
    told: list[str] = []
    dead = my_turn(client, store, print)
    turn = dead.__enter__()
    try:
        with my_turn(client, store, told.append, stale_s=0.5):
            pass
        assert "counts as dead" in told[0]
        # Should it wake up after all, it notices before it writes.
        with pytest.raises(ConfigError, match="others took its turn"):
            turn.check()
    finally:
        dead.__exit__(None, None, None)
    assert not client.search_model_versions(f"name = '{LOCK}'")
