from __future__ import annotations

import numpy as np
import pytest

from screening.chem.entry import Entry
from screening.chem.problem import Problem
from screening.predict.block import Block, ScoredChunk, empty_arrays


def test_a_row_without_outcome_is_a_programming_error() -> None:
    block = Block([Entry(7, "C"), Entry(8, "CC")], n_endpoints=1)
    nothing = np.empty(0, dtype=np.int64)
    block.add(ScoredChunk(nothing, empty_arrays(1), {7: Problem("crashed", "died")}))
    with pytest.raises(RuntimeError, match="row 8 has no single outcome"):
        block.check_complete()


def test_a_row_with_value_and_problem_is_a_programming_error() -> None:
    block = Block([Entry(0, "C", problem=Problem("bad_record", "?"))], n_endpoints=1)
    arrays = {name: np.zeros((1, 1), array.dtype) for name, array in empty_arrays(1).items()}
    block.add(ScoredChunk(np.array([0]), arrays, {}))
    with pytest.raises(RuntimeError, match="row 0 has no single outcome"):
        block.check_complete()
