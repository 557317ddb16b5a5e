"""Work under limits in a process of its own: `python -m tests.unit.core.limited WORK S MEMORY`.

The exit status is that of the work. A process that has done other things before, such as the one
that runs the tests, has threads and a peak of memory that would change the outcome.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from mmap import PAGESIZE, mmap

import numpy as np

from screening.core.watchdog import Board, Limits, guard


def many_small() -> object:
    return [bytearray(2**20) for _ in range(300)]


def passing() -> None:
    """More than 100 MiB, never refused, and given back before the end."""
    for _ in range(2):
        assert np.ones(20 * 2**20).all()


WORK = {
    "little": lambda: sum(range(1000)),
    "sleep": lambda: time.sleep(60),
    "256 MiB": lambda: np.ones(2**25),
    "1 TiB": lambda: bytes(2**40),
    "32 MiB": lambda: np.ones(2**22),
    "many small": many_small,
    "passing": passing,
}


def die_at_the_fourth_item() -> tuple[int, bool, int]:
    """What is known of a child that was killed in its fourth item."""
    board = mmap(-1, PAGESIZE)
    child = os.fork()
    if child == 0:
        Board.report_to(board)
        for item in range(5):
            with guard(Limits(60)):
                if item == 3:
                    os.kill(os.getpid(), signal.SIGKILL)
        os._exit(0)
    os.waitpid(child, 0)
    return Board.read(board)


if __name__ == "__main__":
    name, seconds, memory = sys.argv[1:]
    if name == "progress":
        print(*die_at_the_fourth_item())
    else:
        held = np.ones(2**25) if name == "32 MiB" else None  # does not count
        with guard(Limits(float(seconds), memory)):
            WORK[name]()
