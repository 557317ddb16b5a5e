"""Which items of a chunk end their process, and the results of the others.

A chunk whose worker died is tried here, apart from the workers: a small process of its own takes
the chunk and forks a child for it. When the child dies, the parent knows the item (`Board`) and
the cause (signal or exit status), and forks another for the items after it. Forking costs
milliseconds, and it is safe because the parent runs no threads (reading the items starts none) and
works on no item.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from mmap import PAGESIZE, mmap
from typing import Any, BinaryIO, Generic, TypeVar

from screening.core.watchdog import OUT_OF_MEMORY_STATUS, Board, Limits

Item = TypeVar("Item")
Result = TypeVar("Result")
Outcome = tuple[list[Item], "Result | Lost[Item]"]

_PR_SET_PDEATHSIG = 1
# SIGKILL comes from outside: from a person, or from a system without memory. Try again this often.
_TRIALS_AFTER_KILL = 3
# A crash that held this share of its memory limit is put down to memory: C code that does not check
# what it is given fails in its own ways.
_NEARLY_ALL = 0.75
_CODE = "from screening.core.trial import serve; serve()"


@dataclass(frozen=True)
class Lost(Generic[Item]):
    """An item that ends its process: `timed_out`, `out_of_memory` or `crashed`."""

    item: Item
    code: str
    detail: str


@dataclass(frozen=True)
class _Death:
    """The end of a child: the place of the item it was at, if any, and what ended it."""

    place: int | None
    code: str
    detail: str


def try_apart(
    function: Callable[[list[Item]], Result], chunk: list[Item], limits: Limits
) -> list[Outcome[Item, Result]]:
    """Run a function on a chunk that ended a worker, in a process of its own.

    Parameters
    ----------
    function : as in `core.parallel.map_chunks`.
    chunk : items, some of which may end their process.
    limits : those that the function sets for each item.

    Returns
    -------
    (items, result) of those that work, and ([item], Lost) of each that does not.

    Raises
    ------
    Exception : whatever `function` raises, a programming error.
    RuntimeError : the process was killed again and again from outside.
    """
    # Functions of a script itself can only be sent by value, as Dask does.
    from distributed.protocol.pickle import dumps

    task = dumps((function, chunk, limits))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
    for _ in range(_TRIALS_AFTER_KILL):
        done = subprocess.run(
            [sys.executable, "-P", "-c", _CODE],
            input=task,
            stdout=subprocess.PIPE,
            env=environment,
            check=False,
        )
        if done.returncode == 0:
            outcome = pickle.loads(done.stdout)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome  # type: ignore[no-any-return]
    raise RuntimeError(f"the process for suspects ended {_TRIALS_AFTER_KILL} times")


def serve() -> None:
    """The process apart: a task from stdin, its outcome to stdout."""
    _die_with_parent()
    with os.fdopen(os.dup(1), "wb") as answer:
        os.dup2(2, 1)  # what the work prints is no part of the answer
        function, chunk, limits = pickle.load(sys.stdin.buffer)
        try:
            function([])  # tables and models are loaded once, and the children share them
            outcome: object = list(try_items(function, chunk, limits))
        except Exception as error:  # raised again by `try_apart`
            outcome = error
        answer.write(pickle.dumps(outcome))


def try_items(
    function: Callable[[list[Item]], Result], items: list[Item], limits: Limits
) -> Iterator[Outcome[Item, Result]]:
    """Run a function on items in forked children until each item has an outcome.

    Children go forward only: the items before one that ends its child are run once more, together,
    at the end.
    """
    survivors: list[Item] = []
    begin = 0
    while begin < len(items):
        part = items[begin:]
        ended = _in_child(function, part, limits)
        if not isinstance(ended, _Death):
            yield part, ended
            break
        if ended.place is None and len(part) > 1:
            # It died outside of the guard, so that no item can be named: part them.
            middle = (len(part) + 1) // 2
            yield from try_items(function, part[:middle], limits)
            yield from try_items(function, part[middle:], limits)
            break
        place = ended.place or 0
        yield [part[place]], Lost(part[place], ended.code, ended.detail)
        survivors += part[:place]
        begin += place + 1
    if survivors:
        yield from try_items(function, survivors, limits)


def _in_child(
    function: Callable[[list[Item]], Result], items: list[Item], limits: Limits
) -> Result | _Death:
    """Run a function in a forked child; killed from outside, it gets another."""
    with tempfile.TemporaryFile() as errors:
        for _ in range(_TRIALS_AFTER_KILL):
            board = mmap(-1, PAGESIZE)
            answer, status, resident = _fork(function, items, board, errors)
            if status == 0:
                result: Result = _result(answer, board, len(items))
                return result
            if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
                continue
            break
        errors.seek(0)
        return _death(status, resident, board, limits, errors.read())


def _fork(
    function: Callable[[list[Item]], Result], items: list[Item], board: mmap, errors: BinaryIO
) -> tuple[bytes, int, int]:
    """The child's answer, its wait status and the most bytes it had in memory."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(function, items, board, errors, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        answer = stream.read()
    _, status, usage = os.wait4(child, 0)
    return answer, status, usage.ru_maxrss * 1024


def _work(
    function: Callable[[list[Item]], Result],
    items: list[Item],
    board: mmap,
    errors: BinaryIO,
    writing: int,
) -> None:
    """All that the child does; it never returns."""
    status = 1
    try:
        _die_with_parent()
        os.dup2(errors.fileno(), 2)
        Board.report_to(board)
        with os.fdopen(writing, "wb") as stream:
            stream.write(_answer(function, items))
        status = 0
    finally:
        os._exit(status)


def _answer(function: Callable[[list[Item]], Result], items: list[Item]) -> bytes:
    try:
        return pickle.dumps((True, function(items)))
    except Exception as error:  # a programming error, raised again by `_result`
        error.add_note(traceback.format_exc())
        return pickle.dumps((False, error))


def _result(answer: bytes, board: mmap, n_items: int) -> Any:
    finished, value = pickle.loads(answer)
    if not finished:
        raise value
    if Board.read(board)[0] != n_items:
        raise RuntimeError("the function must enter the guard once for each item")
    return value


def _death(status: int, resident: int, board: mmap, limits: Limits, errors: bytes) -> _Death:
    """What ended a child, from what it left."""
    n_begun, under_way, before = Board.read(board)
    place = n_begun - 1 if under_way else None
    ended_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
    if ended_by == signal.SIGALRM:
        return _Death(place, "timed_out", f"over the limit of {limits.time_s:g} s")
    nearly_all = under_way and resident - before >= _NEARLY_ALL * limits.memory_bytes
    if (
        (ended_by is None and os.WEXITSTATUS(status) == OUT_OF_MEMORY_STATUS)
        or b"bad_alloc" in errors
        or nearly_all
    ):
        return _Death(place, "out_of_memory", f"over the limit of {limits.memory}")
    if ended_by is None:
        detail = f"its worker process left with status {os.WEXITSTATUS(status)}"
    else:
        detail = f"its worker process died of {signal.Signals(ended_by).name}"
    return _Death(place, "crashed", detail)


def _die_with_parent() -> None:
    """Ask the kernel to end this process when the one that started it ends; see prctl(2)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
