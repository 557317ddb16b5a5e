"""One process at a time at a piece of work."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def only_one(path: Path, say: Callable[[str], None], work: str) -> Iterator[None]:
    """Hold the lock file `path`; a second process waits. A killed one leaves no lock behind.

    Parameters
    ----------
    path : the lock file, which is removed at the end.
    say : told when the process has to wait.
    work : what the other process does, such as ``fetching this file``.
    """
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say(f"another process is {work}; waiting for it")
                fcntl.flock(handle, fcntl.LOCK_EX)
            if not _lies_at(path, handle):
                # The process before has removed it: a third one may hold the file of that name.
                continue
            try:
                yield
            finally:
                path.unlink(missing_ok=True)
            return


def _lies_at(path: Path, handle: TextIO) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle.fileno()))
    except FileNotFoundError:
        return False
