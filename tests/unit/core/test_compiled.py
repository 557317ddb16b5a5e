from __future__ import annotations

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from screening.core.compiled import lowest_bit


@given(st.integers(0, 2**64 - 1))
@example(0)
@example(2**63)
@example(2**64 - 1)
def test_the_lowest_bit_is_found(word: int) -> None:
    expected = (word & -word).bit_length() - 1 if word else 64
    assert lowest_bit(np.uint64(word)) == expected
