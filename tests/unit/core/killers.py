"""Work that ends its process in every way a structure can, for the tests of this folder."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Callable, Iterable

from distributed import Client

from screening.core.parallel import Lost, chunked, map_chunks
from screening.core.watchdog import Limits, guard

LIMITS = Limits(2.0, "50MiB")
# A number that ends its process, and the code and detail it gets for it.
KILLERS = {
    -1: ("timed_out", "over the limit of 2 s"),
    -2: ("crashed", "its worker process died of SIGABRT"),
    -3: ("crashed", "its worker process died of SIGSEGV"),
    -4: ("crashed", "its worker process left with status 3"),
    -5: ("out_of_memory", "over the limit of 50MiB"),
    -6: ("out_of_memory", "over the limit of 50MiB"),
    -7: ("out_of_memory", "over the limit of 50MiB"),
    -8: ("crashed", "its worker process died of SIGKILL"),
}


def squares_and_lost(
    client: Client, work: Callable[[list[int]], list[int]], items: Iterable[int], size: int
) -> tuple[dict[int, int], dict[int, str]]:
    """What became of each item; none may come twice."""
    squares: dict[int, int] = {}
    lost: dict[int, str] = {}
    for chunk, result in map_chunks(client, work, chunked(items, size), LIMITS):
        assert not set(chunk) & (set(squares) | set(lost))
        if isinstance(result, Lost):
            assert chunk == [result.item]
            lost[result.item] = result.code
        else:
            squares.update(zip(chunk, result, strict=True))
    return squares, lost


def square_all(items: list[int]) -> list[int]:
    """Square each item under the limits."""
    squares = []
    for item in items:
        with guard(LIMITS):
            _die(item)
            squares.append(item * item)
    return squares


def square_slowly(items: list[int]) -> list[int]:
    """Square each item, a fiftieth of a second for each."""
    squares = []
    for item in items:
        with guard(LIMITS):
            time.sleep(0.02)
            squares.append(item * item)
    return squares


def _die(item: int) -> None:
    if item == -1:
        time.sleep(3600)
    elif item == -2:
        os.abort()
    elif item == -3:
        ctypes.string_at(0)
    elif item == -4:
        os._exit(3)
    elif item == -5:
        hold = []
        while True:
            hold.append(bytearray(2**20))
    elif item == -6:
        _throw_bad_alloc()
    elif item == -7:
        _use_memory_unchecked()
    elif item == -8:
        os.kill(os.getpid(), 9)


def _throw_bad_alloc() -> None:
    """C++'s `operator new`, where nobody catches what it throws."""
    new = ctypes.CDLL("libstdc++.so.6")._Znwm
    new.argtypes, new.restype = [ctypes.c_size_t], ctypes.c_void_p
    new(2**40)


def _use_memory_unchecked() -> None:
    """C that takes memory until there is none, and uses what it did not get."""
    libc = ctypes.CDLL(None)
    libc.malloc.argtypes, libc.malloc.restype = [ctypes.c_size_t], ctypes.c_void_p
    libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
    while True:
        libc.memset(libc.malloc(2**20), 1, 2**20)


def fail(items: list[int]) -> list[int]:
    """Raise, as a programming error does."""
    if items:
        raise ZeroDivisionError(f"a programming error on {items}")
    return []


def crash_after_the_items(items: list[int]) -> list[int]:
    """End the process outside of the guard, if -2 is among the items."""
    for _ in items:
        with guard(LIMITS):
            pass
    if -2 in items:
        os.abort()
    return [item * item for item in items]


def forget_the_guard(items: list[int]) -> list[int]:
    """Square without limits."""
    return [item * item for item in items]


def print_and_square(items: list[int]) -> list[int]:
    """Square, and write where the answer goes."""
    print("a line that is no answer")
    os.write(1, b"nor is this one\n")
    sys.stdout.flush()
    return square_all(items)
