from __future__ import annotations

from pathlib import Path

import pytest

from screening.train.package import replaced_folder


def test_a_bundle_that_cannot_be_replaced_stays(tmp_path: Path) -> None:
    output = tmp_path / "bundle"
    for text in ("first", "second"):
        with replaced_folder(output) as folder:
            (folder / "weights").write_text(text)
    with pytest.raises(FileNotFoundError), replaced_folder(output) as folder:
        folder.rmdir()  # so that it cannot take its place
    assert (output / "weights").read_text() == "second"
    assert list(tmp_path.iterdir()) == [output]
