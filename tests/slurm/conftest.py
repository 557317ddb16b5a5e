"""One Slurm for all tests of this folder; each must leave its queue empty."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from screening.core.compute import Compute
from screening.core.slurm.settings import SlurmSettings
from tests.slurm.one_node import ask, one_node, program

GONE_WITHIN_S = 15


@pytest.fixture(scope="session")
def configuration() -> Iterator[Path]:
    if program("slurmctld") is None:
        pytest.skip("slurmctld is not installed; `make env-test` as root installs it")
    with one_node() as file:
        yield file


@pytest.fixture
def slurm(configuration: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """What a command of Slurm prints."""
    monkeypatch.setenv("SLURM_CONF", str(configuration))

    def run(command: str, *arguments: str) -> str:
        return ask(configuration, command, *arguments)

    yield run
    wait_until(lambda: not run("squeue", "--noheader"))


@pytest.fixture
def settings(tmp_path: Path) -> SlurmSettings:
    logs = tmp_path / "logs of %j and $(touch made); 'so'"
    return SlurmSettings(jobs=2, host="127.0.0.1", walltime="00:10:00", logs=str(logs))


def on_slurm(settings: SlurmSettings, memory: str) -> Compute:
    """Workers that are jobs."""
    return Compute(dask="slurm", memory_per_worker=memory, slurm=settings)


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + GONE_WITHIN_S
    while not true():
        assert time.monotonic() < deadline, "it did not become so in time"
        time.sleep(0.1)
