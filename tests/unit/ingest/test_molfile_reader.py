from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.ingest.helpers import read_content

BLOCK = "\n  x\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n    0.0 0.0 0.0 C\nM  END\n"


def test_file_name_is_the_name_of_an_untitled_one(tmp_path: Path) -> None:
    (record,), reading = read_content(tmp_path, "aplysin.mol", BLOCK)
    assert record.parted.structures == (("molblock", BLOCK),)
    assert record.parted.values == {"name": "aplysin"}
    assert reading.encoding == "utf-8"
    (record,), _ = read_content(tmp_path, "x.mol", f"titled{BLOCK}")
    assert record.parted.values == {"name": "titled"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (BLOCK.replace("M  END\n", "").encode(), "bad_molblock"),
        (b"\n \n", "bad_record"),
        (bytes(range(256)), "bad_record"),
        (b"\x1f\x8b\x08\x00damaged", "bad_record"),
    ],
)
def test_damaged_file_is_a_reject(tmp_path: Path, content: bytes, code: str) -> None:
    (record,), _ = read_content(tmp_path, "x.mol", content)
    assert record.problem is not None
    assert record.problem.code == code
