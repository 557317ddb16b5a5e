from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from screening.core.errors import InputError
from screening.core.fixed_test import FixedTest, read_fixed_test, write_fixed_test


def _example(order: list[int]) -> FixedTest:
    keys, smiles = ["AAAAAAAAAAAAAA", "BBBBBBBBBBBBBB"], ["CCO", "CCN"]
    return FixedTest(
        [keys[row] for row in order],
        [smiles[row] for row in order],
        np.array([True, False])[order],
        {"active": np.array([1, np.nan], np.float32)[order]},
    )


def test_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_fixed_test(tmp_path / "new" / "test.parquet", _example([0, 1]))
    found = read_fixed_test(tmp_path / "new" / "test.parquet")
    assert found.smiles == ["CCO", "CCN"]
    assert found.marine.tolist() == [True, False]
    np.testing.assert_array_equal(found.labels["active"], [1, np.nan])
    assert found.digest == _example([0, 1]).digest


def test_the_digest_is_of_the_content_alone() -> None:
    assert _example([0, 1]).digest == _example([1, 0]).digest
    other = _example([0, 1])
    other.labels["active"][1] = 0
    assert other.digest != _example([0, 1]).digest


def test_another_file_is_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "test.parquet"
    path.write_text("smiles\nCCO\n")
    with pytest.raises(InputError, match="not the fixed test of a model"):
        read_fixed_test(path)
