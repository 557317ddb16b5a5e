"""What SLURM refuses, or never gives, is one clear line."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from screening.core.cluster import open_client
from screening.core.errors import ConfigError
from screening.core.parallel import chunked, map_chunks
from screening.core.slurm.settings import SlurmSettings
from tests.slurm.conftest import on_slurm, wait_until
from tests.slurm.one_node import DOWN_PARTITION, PARTITION
from tests.unit.core.killers import LIMITS, square_slowly

Slurm = Callable[..., str]


def refusal(settings: SlurmSettings) -> str:
    with pytest.raises(ConfigError) as error, open_client(on_slurm(settings, "1GiB")):
        pass
    assert "\n" not in error.value.line()
    return error.value.line()


def changed(settings: SlurmSettings, **values: object) -> SlurmSettings:
    return SlurmSettings.model_validate({**settings.model_dump(), **values})


def test_a_partition_that_is_not_there(slurm: Slurm, settings: SlurmSettings) -> None:
    line = refusal(changed(settings, partition="nowhere"))
    assert "sbatch refuses the jobs" in line
    assert "invalid partition specified: nowhere" in line


def test_a_job_that_no_node_can_run(slurm: Slurm, settings: SlurmSettings) -> None:
    with (
        pytest.raises(ConfigError, match=r"sbatch refuses the jobs: .*not available"),
        open_client(on_slurm(settings, "900GiB")),
    ):
        pass


def test_no_worker_in_time(
    slurm: Slurm, settings: SlurmSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    line = refusal(changed(settings, partition=DOWN_PARTITION, wait_s=2))
    assert "no worker within 2 s: 2 jobs pending (PartitionDown)" in line
    told = capsys.readouterr().err
    assert "[slurm] waiting for SLURM: 0 of 2 workers; 2 jobs pending (PartitionDown)" in told


def test_jobs_that_end_at_once(
    slurm: Slurm, settings: SlurmSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    line = refusal(settings)
    assert "jobs end before their worker starts" in line
    assert "/nowhere/python: No such file or directory" in line


def test_an_interface_that_is_not_there(slurm: Slurm, settings: SlurmSettings) -> None:
    line = refusal(changed(settings, host=None, interface="moon0"))
    assert "cannot listen here" in line
    assert "moon0" in line


def test_no_sbatch(
    settings: SlurmSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("sbatch") is None
    assert "sbatch is not installed on this machine" in refusal(settings)


@pytest.fixture
def closing(slurm: Slurm) -> Iterator[Callable[[], None]]:
    """Closes the partition, for as long as the test lasts."""

    def state(word: str) -> None:
        slurm("scontrol", "update", f"PartitionName={PARTITION}", f"State={word}")

    yield lambda: state("DOWN")
    state("UP")


def test_workers_that_go_and_never_come_back_end_the_work(
    slurm: Slurm,
    settings: SlurmSettings,
    closing: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("screening.core.slurm.keeper.LOOK_EVERY_S", 0.5)
    # The wait holds for the first workers too, whose start takes seconds on a busy machine.
    line = r"no worker within 20 s: 2 jobs pending \(PartitionDown\)"
    with (
        pytest.raises(ConfigError, match=line),
        open_client(on_slurm(changed(settings, wait_s=20), "1GiB")) as client,
    ):
        closing()
        slurm("scancel", *slurm("squeue", "--noheader", "--format=%A").split())
        list(map_chunks(client, square_slowly, chunked(range(10_000), 50), LIMITS))
    wait_until(lambda: not slurm("squeue", "--noheader"))
