"""What a stage cost: wall seconds, CPU seconds and the peak memory of its process tree."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from screening.core.partitions import write_text

SAMPLE_INTERVAL_S = 0.25


@dataclass
class Cost:
    """Cost of a block of work; filled when the block ends.

    `peak_memory_mib` is the largest sum of resident memory over the process and its children,
    sampled four times a second; pages that processes share are counted in each.
    """

    seconds: float = 0.0
    peak_memory_mib: float = 0.0


@contextmanager
def account() -> Iterator[Cost]:
    """Measure the block; the yielded `Cost` is filled at its end."""
    cost = Cost()
    stop = threading.Event()
    sampler = threading.Thread(target=_sample, args=(cost, stop), daemon=True)
    started = time.monotonic()
    sampler.start()
    try:
        yield cost
    finally:
        stop.set()
        sampler.join()
        cost.seconds = round(time.monotonic() - started, 3)


def _sample(cost: Cost, stop: threading.Event) -> None:
    me = psutil.Process()
    while True:
        total = 0
        for process in (me, *me.children(recursive=True)):
            try:
                total += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        cost.peak_memory_mib = round(max(cost.peak_memory_mib, total / 2**20), 1)
        if stop.wait(SAMPLE_INTERVAL_S):
            return


def write_stats(path: Path, cost: Cost, counts: dict[str, int]) -> None:
    """Write a stage's cost and counts as JSON, atomically."""
    write_text(path, json.dumps({**asdict(cost), **counts}, indent=2) + "\n")


def read_stats(path: Path) -> dict[str, float]:
    """Read what `write_stats` wrote."""
    stats: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return stats
