"""A disk that is full or not writable is told in one line, with the place."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from screening.core.errors import OutputError

_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turn what the system says against writing into an error that the user can mend.

    Raises
    ------
    OutputError : the disk is full, or the place not writable.
    """
    try:
        yield
    except OSError as problem:
        if isinstance(problem, FileNotFoundError):  # a programming error: folders are made before
            raise
        remedy = "make room" if problem.errno in _FULL else "name another place, or mend this one"
        raise OutputError(f"{place}: cannot be written ({_reason(problem)})", remedy) from None


def is_full(problem: OSError) -> bool:
    """Whether the system says that a disk is full."""
    return problem.errno in _FULL


def _reason(problem: OSError) -> str:
    """What the system says; Arrow's errors carry it in their text alone."""
    return (problem.strerror or str(problem)).rsplit("] ", maxsplit=1)[-1]
