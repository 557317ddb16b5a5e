"""In a process apart, each killer is named with its cause and the others keep their results."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from screening.core.trial import Lost, Outcome, try_apart
from tests.unit.core.killers import (
    KILLERS,
    LIMITS,
    crash_after_the_items,
    fail,
    forget_the_guard,
    print_and_square,
    square_all,
    square_slowly,
)

PROJECT = Path(__file__).resolve().parents[3]


def sorted_out(outcomes: list[Outcome[int, list[int]]]) -> tuple[dict[int, int], dict[int, Lost]]:  # type: ignore[type-arg]
    """Squares and lost items, each item once."""
    squares: dict[int, int] = {}
    lost: dict[int, Lost[int]] = {}
    for items, result in outcomes:
        assert not set(items) & (set(squares) | set(lost))
        if isinstance(result, Lost):
            assert items == [result.item]
            lost[result.item] = result
        else:
            squares.update(zip(items, result, strict=True))
    return squares, lost


def test_every_killer_is_named_with_its_cause() -> None:
    items = [*KILLERS, *range(10)]
    items = [items[(5 * place) % len(items)] for place in range(len(items))]
    assert sorted(items) == sorted([*KILLERS, *range(10)])
    squares, lost = sorted_out(try_apart(square_all, items, LIMITS))
    assert squares == {item: item * item for item in range(10)}
    assert {item: (one.code, one.detail) for item, one in lost.items()} == KILLERS


@pytest.mark.parametrize("items", [[], [3], [-2], [-2, -3], [1, -2], [-2, 1], [-2, 1, -3]])
def test_small_chunks(items: list[int]) -> None:
    squares, lost = sorted_out(try_apart(square_all, items, LIMITS))
    assert sorted([*squares, *lost]) == sorted(items)
    assert set(lost) == {item for item in items if item < 0}


def test_a_death_outside_of_the_guard_is_searched() -> None:
    items = [*range(6), -2, *range(6, 9)]
    squares, lost = sorted_out(try_apart(crash_after_the_items, items, LIMITS))
    assert set(lost) == {-2}
    assert squares == {item: item * item for item in range(9)}


def test_what_the_work_prints_does_no_harm() -> None:
    squares, lost = sorted_out(try_apart(print_and_square, [1, -2, 2], LIMITS))
    assert squares == {1: 1, 2: 4}
    assert set(lost) == {-2}


def test_a_programming_error_is_raised_with_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError, match=r"on \[1\]") as caught:
        try_apart(fail, [1], LIMITS)
    assert "killers.py" in "".join(caught.value.__notes__)


def test_a_function_that_forgets_the_guard_is_a_programming_error() -> None:
    with pytest.raises(RuntimeError, match="once for each item"):
        try_apart(forget_the_guard, [1, 2], LIMITS)


def test_killed_from_outside_it_is_tried_again() -> None:
    killed: list[int] = []
    until = time.monotonic() + 60

    def kill_twice() -> None:
        while len(killed) < 2 and time.monotonic() < until:
            time.sleep(0.05)
            # First the child at work, then the process that forked it.
            for process in psutil.Process().children(recursive=True)[-1:]:
                if process.children() or process.parent() != psutil.Process():
                    target = process if not killed else process.parent()
                    if target is not None and target != psutil.Process():
                        target.kill()
                        killed.append(target.pid)

    killer = threading.Thread(target=kill_twice)
    killer.start()
    squares, lost = sorted_out(try_apart(square_slowly, list(range(40)), LIMITS))
    killer.join()
    assert squares == {item: item * item for item in range(40)}
    assert not lost
    assert len(killed) == 2


def test_it_ends_with_the_process_that_asked(tmp_path: Path) -> None:
    script = (
        "from screening.core.trial import try_apart\n"
        "from screening.core.watchdog import Limits\n"
        "from tests.unit.core.killers import square_all\n"
        "try_apart(square_all, [-1], Limits(1000))\n"
    )
    asking = subprocess.Popen([sys.executable, "-c", script], cwd=PROJECT)
    until = time.monotonic() + 60
    apart: list[psutil.Process] = []
    while len(apart) < 2 and time.monotonic() < until:
        time.sleep(0.02)
        apart = psutil.Process(asking.pid).children(recursive=True)
    asking.send_signal(signal.SIGKILL)
    asking.wait()
    assert len(apart) == 2
    _, alive = psutil.wait_procs(apart, timeout=30)
    assert not alive
