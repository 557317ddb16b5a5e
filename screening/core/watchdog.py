"""A time limit that also stops code that never comes back from C++.

RDKit holds the interpreter while it works, so no Python thread or signal handler can interrupt it.
SIGALRM without a handler ends the process instead; the worker's nanny starts another, and
`core.parallel` finds the molecule that did it.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """End this process if the block takes longer than `seconds`; for worker processes only."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
