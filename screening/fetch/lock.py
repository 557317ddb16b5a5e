"""One fetch of a file at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def only_one(path: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock file `path`; a second process waits. A killed one leaves no lock behind.

    The file itself stays: removing it could part two waiting processes onto two files.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another process is fetching this file; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
