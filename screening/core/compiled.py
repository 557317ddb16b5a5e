"""Inner loops, compiled by Numba for the processor at hand.

For the few loops over numbers that decide how long a screen takes and that NumPy can only do by
writing and reading whole arrays at each step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """The function, compiled at its first call and kept beside its source for later processes.

    It must be plain loops over arrays and numbers; bounds are not checked. Other threads run
    meanwhile, as those by which a worker says that it is alive.
    """
    return cast(_Function, numba.njit(cache=True, nogil=True)(function))


@compiled
def lowest_bit(word: np.uint64) -> int:
    """The place, from 0, of the lowest bit that is on; 64 where none is.

    The bits below it are counted, in pairs, fours and bytes (Warren 2013, Hacker's Delight, section
    5-1), for which a processor has an instruction.
    """
    below = ~word & (word - np.uint64(1))
    pairs = below - ((below >> np.uint64(1)) & np.uint64(0x5555555555555555))
    lower = pairs & np.uint64(0x3333333333333333)
    fours = lower + ((pairs >> np.uint64(2)) & np.uint64(0x3333333333333333))
    each = (fours + (fours >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((each * np.uint64(0x0101010101010101)) >> np.uint64(56))
