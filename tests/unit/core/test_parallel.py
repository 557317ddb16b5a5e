"""A molecule that kills its worker is found, and its neighbours survive."""

import os
import time

import pytest

from screening.core.errors import ConfigError
from screening.core.parallel import Lost, chunked, map_chunks, open_client
from screening.core.watchdog import time_limit

LIMIT_S = 1.0


def work(items: list[int]) -> list[int]:
    """Square each item; -1 hangs in C without returning to Python, -2 kills the process."""
    squares = []
    for item in items:
        with time_limit(LIMIT_S):
            if item == -1:
                time.sleep(3600)
            if item == -2:
                os.abort()
            squares.append(item * item)
    return squares


def test_hanging_and_crashing_items_are_lost_and_no_others() -> None:
    items = [*range(20), -1, *range(20, 40), -2, *range(40, 50)]
    squares: dict[int, int] = {}
    lost: dict[int, str] = {}
    with open_client("local", 2) as client:
        for chunk, result in map_chunks(client, work, chunked(items, 8), LIMIT_S):
            if isinstance(result, Lost):
                assert chunk == [result.item]
                lost[result.item] = result.code
            else:
                squares.update(zip(chunk, result, strict=True))
    assert lost == {-1: "timed_out", -2: "crashed"}
    assert squares == {item: item * item for item in range(50)}


def fail(items: list[int]) -> list[int]:
    raise ZeroDivisionError(f"a programming error on {items}")


def test_a_programming_error_is_raised_and_not_turned_into_a_lost_item() -> None:
    with open_client("local", 1) as client, pytest.raises(ZeroDivisionError):
        list(map_chunks(client, fail, [[1], [2]], LIMIT_S))


def test_a_scheduler_that_does_not_answer_is_named_within_ten_seconds() -> None:
    started = time.monotonic()
    with (
        pytest.raises(ConfigError, match=r"tcp://127\.0\.0\.1:9"),
        open_client("tcp://127.0.0.1:9", 1),
    ):
        pass
    assert time.monotonic() - started < 15
