from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from screening.core.provenance import PROJECT
from screening.estimators.compiled import lowest_bit


@given(st.integers(0, 2**64 - 1))
@example(0)
@example(2**63)
@example(2**64 - 1)
def test_the_lowest_bit_is_found(word: int) -> None:
    expected = (word & -word).bit_length() - 1 if word else 64
    assert lowest_bit(np.uint64(word)) == expected


def test_works_where_nothing_can_be_kept(tmp_path: Path) -> None:
    """In a container that can be read only, a user without a home."""
    nobody = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        # Numba looks for a folder only where a locator is named; there is none of this name.
        "NUMBA_CACHE_LOCATOR_CLASSES": "ZipCacheLocator",
    }
    code = "from screening.estimators.compiled import lowest_bit; print(lowest_bit(40))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=nobody,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "3", done.stderr
