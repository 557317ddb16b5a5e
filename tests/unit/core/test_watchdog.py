"""Limits hold in a process of its own, and leave no trace in one that keeps within them."""

from __future__ import annotations

import os
import resource
import signal
import time
from collections.abc import Callable
from mmap import PAGESIZE, mmap

import numpy as np
import pytest

from screening.core.watchdog import OUT_OF_MEMORY_STATUS, Limits, Progress, guard


def status_of(work: Callable[[], object], limits: Limits) -> int:
    """Exit status of a child that does some work under limits; negative: a signal."""
    child = os.fork()
    if child == 0:
        with guard(limits):
            work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def many_small() -> object:
    return [bytearray(2**20) for _ in range(300)]


def passing() -> object:
    """More than the limit, never refused, and given back before the end."""
    for _ in range(2):
        assert np.ones(20 * 2**20).all()
    return None


@pytest.mark.parametrize(
    ("work", "status"),
    [
        (lambda: sum(range(1000)), 0),
        (lambda: time.sleep(60), -signal.SIGALRM),
        (lambda: np.ones(2**25), OUT_OF_MEMORY_STATUS),
        (lambda: bytes(2**40), OUT_OF_MEMORY_STATUS),
        (passing, OUT_OF_MEMORY_STATUS),
        (many_small, OUT_OF_MEMORY_STATUS),
        (lambda: np.ones(2**22), 0),
    ],
)
def test_the_process_ends_where_a_limit_is_passed(work: Callable[[], object], status: int) -> None:
    assert status_of(work, Limits(3, "100MiB")) == status


def test_what_the_process_holds_already_does_not_count() -> None:
    held = np.ones(2**25)
    assert status_of(lambda: np.ones(2**22), Limits(5, "100MiB")) == 0
    assert held.all()


def test_nothing_is_limited_after_the_block() -> None:
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with guard(Limits(60, "100MiB")):
        assert resource.getrlimit(resource.RLIMIT_DATA) != before
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    with pytest.raises(ZeroDivisionError), guard(Limits(60, "100MiB")):
        raise ZeroDivisionError
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_progress_outlives_the_process() -> None:
    board = mmap(-1, PAGESIZE)
    child = os.fork()
    if child == 0:
        Progress.report_to(board)
        for item in range(5):
            with guard(Limits(60)):
                if item == 3:
                    os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    n_begun, under_way, resident = Progress.read(board)
    assert (n_begun, under_way) == (4, True)
    assert resident > 2**20


@pytest.mark.parametrize(
    ("text", "n_bytes"), [("512MiB", 2**29), ("1GiB", 2**30), ("1.5GiB", 3 * 2**29)]
)
def test_an_amount_of_memory(text: str, n_bytes: int) -> None:
    assert Limits(1, text).memory_bytes == n_bytes


@pytest.mark.parametrize("text", ["1", "1GB", "-1GiB", "1GiB of memory", ""])
def test_no_amount_of_memory(text: str) -> None:
    with pytest.raises(ValueError, match="no amount of memory"):
        _ = Limits(1, text).memory_bytes
