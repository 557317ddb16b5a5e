"""A small run of the fuzzer: `python -m tests.fuzz.fuzz_readers` runs a large one."""

from __future__ import annotations

from tests.fuzz.fuzz_readers import fuzz


def test_made_and_damaged_files_are_read_or_refused() -> None:
    ends, failed = fuzz(600, seed=20)
    assert failed == []
    assert ends["counted"] > 200
    assert ends["refused"] > 20
