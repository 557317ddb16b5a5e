"""A Dask scheduler and its workers, each a process of its own on the loopback interface."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil

START_LIMIT_S = 60


@contextmanager
def running_cluster(folder: Path, n_workers: int) -> Iterator[tuple[str, list[psutil.Process]]]:
    """Start a scheduler and workers as docs/clusters.md says, and stop them in the end.

    Parameters
    ----------
    folder : for the scheduler's file and the workers' space.
    n_workers : workers, each with one thread and a nanny.

    Yields
    ------
    The scheduler's address, and the nannies: a worker is the child of one.
    """
    file = folder / "scheduler.json"
    with ExitStack() as stack:
        at = ["--host", "127.0.0.1"]
        stack.enter_context(
            _process("scheduler", *at, "--port", "0", "--no-dashboard", "--scheduler-file", file)
        )
        address = str(_read_when_there(file)["address"])
        nannies = [
            stack.enter_context(
                _process(
                    *("worker", address, *at, "--nthreads", "1", "--nanny", "--no-dashboard"),
                    *("--local-directory", folder),
                    folder=folder,
                )
            )
            for _ in range(n_workers)
        ]
        yield address, [psutil.Process(nanny.pid) for nanny in nannies]


@contextmanager
def _process(
    *arguments: str | Path, folder: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "dask", *map(str, arguments)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            for one in (*psutil.Process(process.pid).children(recursive=True), process):
                one.kill()


def _read_when_there(file: Path) -> dict[str, object]:
    started = time.monotonic()
    while time.monotonic() - started < START_LIMIT_S:
        try:
            found: dict[str, object] = json.loads(file.read_text())
            return found
        except (FileNotFoundError, json.JSONDecodeError):
            time.sleep(0.1)
    raise TimeoutError("the scheduler did not start")
