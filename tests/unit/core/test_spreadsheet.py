from __future__ import annotations

from typing import Any

import pytest

from screening.core.spreadsheet import cell


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        (["=cmd", "halomon"], "'=cmd; halomon"),
        ("δ-tocopherol", "δ-tocopherol"),
        ("海绵素", "海绵素"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        (-0.5, "-0.5"),  # a number is no formula
        (1 / 3, "0.3333333"),
        (7, "7"),
        (True, "true"),
        (None, ""),
        ([], ""),
    ],
)
def test_cells(value: Any, text: str) -> None:
    assert cell(value) == text
