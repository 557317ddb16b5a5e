"""What a block of work cost: time, processor and GPU seconds, memory, energy."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import psutil

from screening.core.energy import CUDA_DEVICE, GpuEnergy, PackageEnergy, busy_seconds, uses_cuda
from screening.core.partitions import write_text

SAMPLE_INTERVAL_S = 0.25
_WATT_HOUR_J = 3_600.0


@dataclass
class Cost:
    """Cost of a block of work; up to date to a quarter of a second while the block runs.

    Parameters
    ----------
    seconds : of the clock.
    peak_memory_mib : the largest sum of resident memory over the process and all below it, sampled
        four times a second; pages that processes share are counted in each.
    cpu_seconds : user and system, of the process and all below it, those that have ended included.
    gpu_seconds : in which one of them had CUDA open; None: none had.
    energy_wh : of the processors, by the share of these processes in all that the machine did,
        and of the GPU while CUDA was open; None: not measurable here.
    workers_elsewhere : Dask workers on other machines, or started by others, worked too: nothing
        of what they took is counted.
    """

    seconds: float = 0.0
    peak_memory_mib: float = 0.0
    cpu_seconds: float = 0.0
    gpu_seconds: float | None = None
    energy_wh: float | None = None
    workers_elsewhere: bool = False


COSTS = tuple(field.name for field in fields(Cost))


@contextmanager
def account(*, workers_elsewhere: bool = False) -> Iterator[Cost]:
    """Measure the block; the yielded `Cost` holds all of it at its end.

    Parameters
    ----------
    workers_elsewhere : the block's Dask workers are not started by this process.
    """
    meter = _Meter(Cost(workers_elsewhere=workers_elsewhere))
    stop = threading.Event()
    sampler = threading.Thread(target=_sample, args=(meter, stop), daemon=True)
    sampler.start()
    try:
        yield meter.cost
    finally:
        stop.set()
        sampler.join()
        meter.read()


def _sample(meter: _Meter, stop: threading.Event) -> None:
    while True:
        meter.read()
        if stop.wait(SAMPLE_INTERVAL_S):
            return


class _Meter:
    """Brings a `Cost` up to date."""

    def __init__(self, cost: Cost) -> None:
        self.cost = cost
        self._me = psutil.Process()
        self._started = self._last = time.monotonic()
        self._cpu_before = _cpu_seconds(self._below())
        self._busy_before = busy_seconds()
        self._package = PackageEnergy()
        self._gpu: GpuEnergy | None = None
        self._gpu_joules: float | None = 0.0
        self._gpu_last: float | None = None
        self._has_cuda = Path(CUDA_DEVICE).exists()

    def read(self) -> None:
        """Measure what has passed since the last time."""
        cost, now, below = self.cost, time.monotonic(), self._below()
        cost.seconds = round(now - self._started, 3)
        cost.peak_memory_mib = round(max(cost.peak_memory_mib, _resident_mib(below)), 1)
        # A process that is being reaped stands neither here nor there for a moment.
        spent = round(_cpu_seconds(below) - self._cpu_before, 2)
        cost.cpu_seconds = max(cost.cpu_seconds, spent)
        if self._has_cuda and any(uses_cuda(one.pid) for one in below):
            self._read_gpu(now - self._last)
        else:
            self._gpu_last = None
        self._package.read()
        cost.energy_wh = self._energy_wh()
        self._last = now

    def _below(self) -> list[psutil.Process]:
        return [self._me, *self._me.children(recursive=True)]

    def _read_gpu(self, seconds: float) -> None:
        """Count the GPU for the time since the last reading."""
        self.cost.gpu_seconds = round((self.cost.gpu_seconds or 0.0) + seconds, 3)
        self._gpu = self._gpu or GpuEnergy()
        joules = self._gpu.joules()
        if joules is None or self._gpu_joules is None:
            self._gpu_joules = None
            return
        self._gpu_joules += joules - (joules if self._gpu_last is None else self._gpu_last)
        self._gpu_last = joules

    def _energy_wh(self) -> float | None:
        if self._package.joules is None or self._gpu_joules is None:
            return None
        busy = busy_seconds() - self._busy_before
        share = min(1.0, self.cost.cpu_seconds / busy) if busy > 0 else 1.0
        return round((share * self._package.joules + self._gpu_joules) / _WATT_HOUR_J, 4)


def _cpu_seconds(processes: Iterable[psutil.Process]) -> float:
    """User and system time of processes that run, and of their children that have ended."""
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _resident_mib(processes: Iterable[psutil.Process]) -> float:
    total = 0
    for process in processes:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 2**20


def write_stats(path: Path, cost: Cost, counts: Mapping[str, int]) -> None:
    """Write a stage's cost and counts as JSON, atomically."""
    write_text(path, json.dumps({**asdict(cost), **counts}, indent=2) + "\n")


def read_stats(path: Path) -> tuple[Cost, dict[str, Any]]:
    """The cost and the counts that `write_stats` wrote."""
    stats: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    cost = Cost(**{name: stats.pop(name) for name in COSTS if name in stats})
    return cost, stats
