"""Limits hold in a process of its own, and leave no trace in one that keeps within them."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys

import pytest

from screening.core.provenance import PROJECT
from screening.core.watchdog import OUT_OF_MEMORY_STATUS, Limits, guard


def limited(work: str, seconds: float = 5, memory: str = "100MiB") -> tuple[int, str]:
    """Exit status (negative: a signal) and output of some work in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.core.limited", work, str(seconds), memory],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("work", "status"),
    [
        ("little", 0),
        ("sleep", -signal.SIGALRM),
        ("256 MiB", OUT_OF_MEMORY_STATUS),
        ("1 TiB", OUT_OF_MEMORY_STATUS),
        ("passing", OUT_OF_MEMORY_STATUS),
        ("many small", OUT_OF_MEMORY_STATUS),
        ("32 MiB", 0),  # beside 256 MiB that the process holds before
    ],
)
def test_the_process_ends_where_a_limit_is_passed(work: str, status: int) -> None:
    assert limited(work, seconds=2 if work == "sleep" else 30)[0] == status


def test_nothing_is_limited_after_the_block() -> None:
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with guard(Limits(60, "100MiB")):
        assert resource.getrlimit(resource.RLIMIT_DATA) != before
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert resource.getrlimit(resource.RLIMIT_DATA) == before
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    with pytest.raises(ZeroDivisionError), guard(Limits(60, "100MiB")):
        raise ZeroDivisionError
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_progress_outlives_the_process() -> None:
    n_begun, under_way, resident = limited("progress")[1].split()
    assert (n_begun, under_way) == ("4", "True")
    assert int(resident) > 2**20


@pytest.mark.parametrize(
    ("text", "n_bytes"), [("512MiB", 2**29), ("1GiB", 2**30), ("1.5GiB", 3 * 2**29)]
)
def test_an_amount_of_memory(text: str, n_bytes: int) -> None:
    assert Limits(1, text).memory_bytes == n_bytes


@pytest.mark.parametrize("text", ["1", "1GB", "-1GiB", "1GiB of memory", ""])
def test_no_amount_of_memory(text: str) -> None:
    with pytest.raises(ValueError, match="no amount of memory"):
        _ = Limits(1, text).memory_bytes
