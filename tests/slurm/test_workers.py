"""Workers that are SLURM jobs do what local ones do, whatever becomes of the jobs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import dask
import pytest
from distributed import Client, Security

from screening.core.cluster import open_client
from screening.core.compute import Compute
from screening.core.config import DescribeSettings
from screening.core.partitions import PartitionWriter, read_table
from screening.core.slurm.settings import SlurmSettings
from screening.core.tables import DESCRIPTORS, LOST_STRUCTURES, STRUCTURES
from screening.describe.structures import describe_structures
from tests.slurm.conftest import on_slurm, wait_until
from tests.unit.core.killers import KILLERS, square_all, square_slowly, squares_and_lost

Slurm = Callable[..., str]
PROJECT = Path(__file__).resolve().parents[2]
ALKALOIDS = [f"C{'C' * n}N1C=NC2=C1C(=O)N(C)C(=O)N2C" for n in range(20)]
PHENOLS = [f"Oc1c(Br)cc({'C' * n}CN)cc1Br" for n in range(20)]
# 2,000 heavy atoms: the characteristic polynomial alone takes minutes.
ENDLESS = "C" * 2000


def facts() -> dict[str, object]:
    """What a worker is told."""
    memory = {part: dask.config.get(f"distributed.worker.memory.{part}") for part in MEMORY}
    return {**memory, **{name: os.environ.get(name) for name in ENVIRONMENT}}


MEMORY = {"target": False, "spill": False}
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "MALLOC_TRIM_THRESHOLD_": str(256 * 2**20),
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
}


def test_items_that_end_their_worker_are_lost_and_no_others(
    slurm: Slurm, settings: SlurmSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    with open_client(on_slurm(settings, "1GiB")) as client:
        workers = client.scheduler_info()["workers"]
        assert len(workers) == 2
        assert all(address.startswith("tls://") for address in workers)
        assert {one["memory_limit"] for one in workers.values()} == {2**30}
        assert list(client.run(facts).values()) == 2 * [{**MEMORY, **ENVIRONMENT}]
        jobs = slurm("squeue", "--noheader", "--format=%C %m %l %T").splitlines()
        assert jobs == 2 * ["1 2G 10:00 RUNNING"]
        squares, lost = squares_and_lost(client, square_all, [*range(60), *KILLERS], 8)
    assert lost == {item: code for item, (code, _) in KILLERS.items()}
    assert squares == {item: item * item for item in range(60)}
    assert not slurm("squeue", "--noheader", "--states=pending,running")
    logs = Path(str(settings.logs))
    assert len(list(logs.glob("*.log"))) == 2
    assert not list(logs.glob(".keys-*"))
    assert not Path("made").exists()


def test_nobody_without_the_key_reaches_the_scheduler(
    slurm: Slurm, settings: SlurmSettings
) -> None:
    one = settings.model_copy(update={"jobs": 1})
    with open_client(on_slurm(one, "1GiB")) as client:
        address = client.scheduler.address
        plain = address.replace("tls://", "tcp://")
        for target, security in ((address, Security.temporary()), (plain, None)):
            with pytest.raises(OSError):
                Client(target, security=security, timeout=1)


def test_descriptors_are_those_of_local_workers(
    slurm: Slurm, settings: SlurmSettings, tmp_path: Path
) -> None:
    smiles = [*ALKALOIDS, ENDLESS, *PHENOLS]
    names = ("structure_id", "flat_key", "smiles", "stereo", "n_compounds")
    rows = [
        (f"KEY{place:02d}", f"KEY{place:02d}", text, "none", 1) for place, text in enumerate(smiles)
    ]
    with PartitionWriter(tmp_path / "structures", STRUCTURES.arrow()) as writer:
        writer.write_rows([dict(zip(names, row, strict=True)) for row in rows])
    found = []
    for compute in (Compute(n_workers=2), Compute(dask="slurm", slurm=settings)):
        folder = tmp_path / compute.dask
        describe_structures(
            tmp_path / "structures",
            folder / "descriptors",
            folder / "lost",
            DescribeSettings(time_limit_s=1, sets=("rdkit2d", "morgan")),
            compute,
        )
        found.append(read_table(folder / "descriptors", DESCRIPTORS))
        lost = read_table(folder / "lost", LOST_STRUCTURES).to_pylist()
        assert [(one["structure_id"], one["code"]) for one in lost] == [("KEY20", "timed_out")]
    assert found[0].num_rows == 40
    assert found[0].equals(found[1])


def test_jobs_that_are_cancelled_or_killed_change_nothing_and_are_replaced(
    slurm: Slurm, settings: SlurmSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screening.core.slurm.keeper.LOOK_EVERY_S", 0.5)
    items = list(range(300))

    def end_jobs(client: Client) -> None:
        time.sleep(0.7)
        slurm("scancel", slurm("squeue", "--noheader", "--format=%A").split()[0])
        time.sleep(0.7)
        for nanny in client.run(os.getppid, on_error="ignore").values():
            os.kill(nanny, signal.SIGKILL)

    with open_client(on_slurm(settings, "1GiB")) as client:
        killer = threading.Thread(target=end_jobs, args=(client,))
        killer.start()
        squares, lost = squares_and_lost(client, square_slowly, items, 20)
        killer.join()
    assert squares == {item: item * item for item in items}
    assert not lost
    assert len(list(Path(str(settings.logs)).glob("*.log"))) >= 4


def test_jobs_end_when_their_driver_is_killed(
    slurm: Slurm, settings: SlurmSettings, tmp_path: Path
) -> None:
    code = f"""
import time
from screening.core.cluster import open_client
from screening.core.compute import Compute
from screening.core.slurm.settings import SlurmSettings
settings = SlurmSettings.model_validate_json({settings.model_dump_json()!r})
with open_client(Compute(dask="slurm", memory_per_worker="1GiB", slurm=settings)):
    print("ready", flush=True)
    time.sleep(600)
"""
    driver = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
    )
    with driver:
        assert driver.stdout is not None
        assert driver.stdout.readline() == b"ready\n"
        assert len(slurm("squeue", "--noheader").splitlines()) == 2
        driver.kill()
    wait_until(lambda: not slurm("squeue", "--noheader"))
