"""A molecule that kills its worker is found, and its neighbours survive."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable

import pytest
from distributed import Client, LocalCluster

from screening.core.cluster import open_client
from screening.core.compute import Compute
from screening.core.errors import ConfigError
from screening.core.parallel import Lost, chunked, map_chunks
from screening.core.provenance import versions_of_work
from tests.unit.core.killers import (
    KILLERS,
    LIMITS,
    fail,
    square_all,
    square_slowly,
    squares_and_lost,
)


def test_items_that_end_their_worker_are_lost_and_no_others() -> None:
    items = [*range(60), *KILLERS]
    random.Random(5).shuffle(items)
    with open_client(Compute(2)) as client:
        squares, lost = squares_and_lost(client, square_all, items, 8)
    assert lost == {item: code for item, (code, _) in KILLERS.items()}
    assert squares == {item: item * item for item in range(60)}


def test_killers_alone_leave_the_workers_alive() -> None:
    killers = [-number for number in range(2, 5)] * 3
    with open_client(Compute(2)) as client:
        found = list(map_chunks(client, square_all, chunked(killers, 1), LIMITS))
        assert all(isinstance(result, Lost) for _, result in found)
        assert sorted(chunk[0] for chunk, _ in found) == sorted(killers)
        squares, _ = squares_and_lost(client, square_all, range(5), 2)
    assert squares == {item: item * item for item in range(5)}


def test_workers_killed_from_outside_change_nothing() -> None:
    items = range(300)
    done = threading.Event()
    killed: list[int] = []

    def kill_workers(client: Client) -> None:
        while len(killed) < 4 and not done.wait(0.4):
            for pid in list(client.run(os.getpid, on_error="ignore").values())[:1]:
                os.kill(pid, 9)
                killed.append(pid)

    with open_client(Compute(2)) as client:
        killer = threading.Thread(target=kill_workers, args=(client,))
        killer.start()
        squares, lost = squares_and_lost(client, square_slowly, items, 20)
        done.set()
        killer.join()
    assert squares == {item: item * item for item in items}
    assert not lost
    assert killed


def test_a_programming_error_is_raised_and_not_turned_into_a_lost_item() -> None:
    with open_client(Compute(1)) as client, pytest.raises(ZeroDivisionError):
        list(map_chunks(client, fail, [[1], [2]], LIMITS))


def test_a_running_scheduler_is_as_good() -> None:
    items = [*range(20), -2, *range(20, 30)]
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        open_client(Compute(1, cluster.scheduler_address)) as client,
    ):
        squares, lost = squares_and_lost(client, square_all, items, 8)
    assert lost == {-2: "crashed"}
    assert squares == {item: item * item for item in range(30)}


def test_workers_with_several_threads_are_refused() -> None:
    with (
        LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=None) as cluster,
        pytest.raises(ConfigError, match="--nthreads 1"),
        open_client(Compute(1, cluster.scheduler_address)),
    ):
        pass


def test_a_scheduler_that_does_not_answer_is_named_within_ten_seconds() -> None:
    started = time.monotonic()
    with (
        pytest.raises(ConfigError, match=r"tcp://127\.0\.0\.1:9"),
        open_client(Compute(1, "tcp://127.0.0.1:9")),
    ):
        pass
    assert time.monotonic() - started < 10


def test_a_scheduler_without_workers_is_named() -> None:
    with (
        LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0", host="127.0.0.1") as cluster,
        pytest.raises(ConfigError, match="has no workers"),
        open_client(Compute(1, cluster.scheduler_address)),
    ):
        pass


def test_workers_of_another_version_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1"
    ) as cluster:
        here = {**versions_of_work(), "rdkit": "1.0"}
        monkeypatch.setattr("screening.core.cluster.versions_of_work", Differing(here))
        with (
            pytest.raises(ConfigError, match="another version of rdkit"),
            open_client(Compute(1, cluster.scheduler_address)),
        ):
            pass


class Differing:
    """Other versions here; sent to a worker, it becomes the function that tells the true ones."""

    def __init__(self, here: dict[str, str]) -> None:
        self.here = here

    def __call__(self) -> dict[str, str]:
        return self.here

    def __reduce__(self) -> tuple[Callable[[], object], tuple[()]]:
        return _theirs, ()


def _theirs() -> Callable[[], dict[str, str]]:
    return versions_of_work


def test_workers_run_one_thread_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Snakemake sets OMP_NUM_THREADS to the threads of the whole rule."""
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    with open_client(Compute(1)) as client:
        (found,) = client.run(blas_threads).values()
    assert found
    assert set(found) == {1}
    assert os.environ["OMP_NUM_THREADS"] == "64"
    assert "OPENBLAS_NUM_THREADS" not in os.environ


def blas_threads() -> list[int]:
    """Threads of each BLAS and OpenMP pool that numpy and scikit-learn bring."""
    import sklearn  # noqa: F401
    from threadpoolctl import threadpool_info

    return [pool["num_threads"] for pool in threadpool_info()]
