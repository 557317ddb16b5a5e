"""Promotion through the gate, and rollback; each decides while no other process does."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from screening.core.errors import InputError
from screening.core.fixed_test import FIXED_TEST, FixedTest, read_fixed_test
from screening.core.judgement import Judgement
from screening.track.away import store_errors
from screening.track.bundle_fields import REFUSED, STATUS, TEST_DIGEST
from screening.track.champions import champion_of, crown, uncrown
from screening.track.kept_judgements import keep_judgement
from screening.track.registry_read import (
    CHALLENGER,
    CHAMPION,
    RegisteredVersion,
    download_version,
    find_version,
    versions_of,
)
from screening.track.store import Store, open_store
from screening.track.turns import my_turn

if TYPE_CHECKING:
    from mlflow import MlflowClient

Judge = Callable[[Path, Path | None, FixedTest], Judgement]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Judged:
    """A version, the champion that it was judged against, and what the gate says."""

    version: RegisteredVersion
    champion: RegisteredVersion | None
    judgement: Judgement


def judge_version(store: Store, name: str, version: str | None, judge: Judge) -> Judged:
    """Judge a registered version against the present champion; changes nothing.

    Parameters
    ----------
    store : the registry.
    name, version : of the registered model; None: its challenger.
    judge : the gate.

    Raises
    ------
    InputError : there is no such version, or it is the champion.
    BundleError, TrainingDataError : a bundle is altered, or has learned from the fixed test.
    ConfigError, StoreAway : the store cannot be used, or is away.
    """
    candidate = _candidate(store, name, version)
    with store_errors(store.uri):
        champion = champion_of(versions_of(open_store(store.uri), name))
    if champion is not None and champion.version == candidate.version:
        raise InputError(
            f"version {candidate.version} of {name} is the champion already",
            "name another with --version",
        )
    if champion is not None and champion.tags.get(TEST_DIGEST) != candidate.tags.get(TEST_DIGEST):
        raise InputError(
            f"versions {candidate.version} and {champion.version} of {name} have different fixed "
            "tests",
            "register the bundle with the champion's test",
        )
    with tempfile.TemporaryDirectory() as scratch:
        folders = [
            download_version(store, one, Path(tempfile.mkdtemp(dir=scratch)))
            for one in (candidate, champion)
            if one is not None
        ]
        test = _fixed_test(store, candidate, Path(scratch))
        judgement = judge(folders[0], folders[1] if champion else None, test)
    return Judged(candidate, champion, judgement)


def promote(store: Store, name: str, version: str | None, judge: Judge, say: Say) -> Judged:
    """Judge a version and, if the gate lets it pass, make it the champion.

    The judgement counts only while the champion is the one that it was made against: if another
    process promotes meanwhile, it is made again, against the new champion. It is kept with the
    version, as tags and as artifacts of its run, whichever way it goes.

    Parameters
    ----------
    store, name, version, judge : as `judge_version`.
    say : told when another process has to be waited for.

    Raises
    ------
    InputError, BundleError, TrainingDataError, ConfigError, StoreAway : as `judge_version`.
    """
    candidate = _candidate(store, name, version)
    while True:
        judged = judge_version(store, name, str(candidate.version), judge)
        client = open_store(store.uri)
        with store_errors(store.uri), my_turn(client, store, say) as turn:
            there = versions_of(client, name)
            present = champion_of(there)
            if _number(present) == _number(judged.champion):
                candidate = _still(there, candidate)
                turn.check()
                keep_judgement(client, candidate, present, judged.judgement)
                if judged.judgement.promoted:
                    crown(client, candidate, present)
                else:
                    _refuse(client, candidate)
                return judged
        say(f"version {_number(present)} has become champion meanwhile; judging again")


def roll_back(store: Store, name: str, say: Say) -> tuple[RegisteredVersion, RegisteredVersion]:
    """Make the previous champion champion again; returns the one that goes and the one that comes.

    Raises
    ------
    InputError : there is no champion, none before it, or it changed in this moment.
    ConfigError, StoreAway : the store cannot be used, or is away.
    """
    champion = find_version(store, name, CHAMPION)
    client = open_store(store.uri)
    with store_errors(store.uri), my_turn(client, store, say) as turn:
        present = champion_of(versions_of(client, name))
        if _number(present) != champion.version:
            raise InputError(
                f"the champion of {name} changed from version {champion.version} to "
                f"{_number(present)} in this moment",
                "look at it, and call again if it is still to be rolled back",
            )
        turn.check()
        previous = uncrown(client, champion)
    if previous is None:
        raise InputError(
            f"version {champion.version} of {name} is its first champion",
            "there is none to go back to",
        )
    return champion, previous


def _candidate(store: Store, name: str, version: str | None) -> RegisteredVersion:
    try:
        return find_version(store, name, version or CHALLENGER)
    except InputError as problem:
        if version or "has no version" not in problem.problem:
            raise
        raise InputError(
            f"{name} has no challenger", f"register a bundle, or name a --version; {problem.remedy}"
        ) from None


def _fixed_test(store: Store, version: RegisteredVersion, scratch: Path) -> FixedTest:
    from mlflow.artifacts import download_artifacts

    with store_errors(store.uri):
        path = download_artifacts(
            run_id=version.run_id,
            artifact_path=FIXED_TEST,
            dst_path=str(scratch),
            tracking_uri=store.uri,
        )
    test = read_fixed_test(Path(path))
    if test.digest != version.tags.get(TEST_DIGEST):
        raise InputError(
            f"the fixed test of version {version.version} of {version.name} was altered in MLflow",
            "register the bundle again",
        )
    return test


def _still(versions: Sequence[RegisteredVersion], judged: RegisteredVersion) -> RegisteredVersion:
    """The version as it is now: its aliases may have moved while it was judged."""
    for one in versions:
        if one.version == judged.version:
            return one
    raise InputError(
        f"version {judged.version} of {judged.name} was deleted while it was judged",
        "name another with --version",
    )


def _refuse(client: MlflowClient, version: RegisteredVersion) -> None:
    client.set_model_version_tag(version.name, str(version.version), STATUS, REFUSED)
    if CHALLENGER in version.aliases:
        client.delete_registered_model_alias(version.name, CHALLENGER)


def _number(version: RegisteredVersion | None) -> int | None:
    return None if version is None else version.version
