"""Limits of time and memory that also stop code that never comes back from C++.

RDKit holds the interpreter while it works, so no Python thread or signal handler can interrupt it.
SIGALRM without a handler ends the process instead. Memory is measured when an item is done, and at
twice the limit the kernel refuses more, before the machine begins to swap. A process that passed
the limit is ended too: C code that was refused memory may have gone on to a wrong answer (InChI
gives no key, or spoils the heap). Dask starts another worker, and `core.trial` finds the molecule.
"""

from __future__ import annotations

import os
import re
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from mmap import mmap
from struct import Struct

DEFAULT_MEMORY = "1GiB"
MEMORY_PATTERN = r"^\d+(\.\d+)?[GM]iB$"
# The kernel refuses memory at this multiple of the limit: far enough beyond it that an item which
# was refused has passed the limit, whatever it made of the refusal.
_REFUSED_AT = 2
# Exit status of a process whose item asked for more memory than its limit.
OUT_OF_MEMORY_STATUS = 86
_UNITS = {"M": 2**20, "G": 2**30}


@dataclass(frozen=True)
class Limits:
    """What one item may take.

    Parameters
    ----------
    time_s : seconds.
    memory : memory beyond what the process holds when it begins with the item, such as `512MiB`.
    """

    time_s: float
    memory: str = DEFAULT_MEMORY

    @cached_property
    def memory_bytes(self) -> int:
        """The memory as a number.

        Raises
        ------
        ValueError : it is not a number with the unit MiB or GiB.
        """
        if not re.match(MEMORY_PATTERN, self.memory):
            raise ValueError(f"{self.memory!r} is no amount of memory such as 512MiB")
        return int(float(self.memory[:-3]) * _UNITS[self.memory[-3]])


@contextmanager
def guard(limits: Limits) -> Iterator[None]:
    """End this process if the block takes more time or memory; for worker processes only.

    A function for `core.parallel.map_chunks` enters it once for each item, in their order.
    """
    held, resident, peak = _memory()
    Board.begin(resident)
    before, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (held + _REFUSED_AT * limits.memory_bytes, hard))
    signal.setitimer(signal.ITIMER_REAL, limits.time_s)
    try:
        yield
        now = _memory()[2]
        if peak < now and now - resident >= limits.memory_bytes:
            raise MemoryError
    except MemoryError:
        os._exit(OUT_OF_MEMORY_STATUS)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_DATA, (before, hard))
        Board.end()


@lru_cache(maxsize=1)
def _status_of(process: int) -> int:
    """The open status file of a process, for each item: opening costs twice the reading."""
    return os.open(f"/proc/{process}/status", os.O_RDONLY | os.O_CLOEXEC)


def _memory() -> tuple[int, int, int]:
    """Bytes that RLIMIT_DATA counts, bytes in memory, and the most there ever were; see proc(5).

    The peak of getrusage(2) would not do: a process inherits that of the one that started it.
    """
    text = os.pread(_status_of(os.getpid()), 4096, 0)
    held, stack, resident, peak = (
        int(text[(at := text.index(name) + len(name)) : text.index(b"kB", at)]) * 1024
        for name in (b"VmData:", b"VmStk:", b"VmRSS:", b"VmHWM:")
    )
    return held + stack, resident, peak


class Board:
    """How far the items of this process are, where another process can read it after its end."""

    _LAYOUT = Struct("qqq")
    _board: mmap | None = None
    _n_begun = 0
    _resident = 0

    @classmethod
    def report_to(cls, board: mmap) -> None:
        """Note the items from now on in memory that is shared with another process."""
        cls._board, cls._n_begun = board, 0

    @classmethod
    def begin(cls, resident: int) -> None:
        """One more item is begun, with so many bytes in memory."""
        if cls._board is not None:
            cls._n_begun, cls._resident = cls._n_begun + 1, resident
            cls._LAYOUT.pack_into(cls._board, 0, cls._n_begun, 1, resident)

    @classmethod
    def end(cls) -> None:
        """The item is done."""
        if cls._board is not None:
            cls._LAYOUT.pack_into(cls._board, 0, cls._n_begun, 0, cls._resident)

    @classmethod
    def read(cls, board: mmap) -> tuple[int, bool, int]:
        """Items begun, whether the last of them is under way, and bytes in memory before it."""
        n_begun, under_way, resident = cls._LAYOUT.unpack_from(board, 0)
        return n_begun, bool(under_way), resident
