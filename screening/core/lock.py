"""One process at a time at a piece of work."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def only_one(path: Path, say: Callable[[str], None], work: str) -> Iterator[None]:
    """Hold the lock file `path`; a second process waits. A killed one leaves no lock behind.

    The file itself stays: removing it could part two waiting processes onto two files.

    Parameters
    ----------
    path : the lock file.
    say : told when the process has to wait.
    work : what the other process does, such as ``fetching this file``.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"another process is {work}; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
