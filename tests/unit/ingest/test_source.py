from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from screening.core.errors import InputError
from screening.ingest.source import inspect_sources


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.smi", "smiles"),
        ("a.SMILES", "smiles"),
        ("a.csv", "table"),
        ("a.TSV", "table"),
        ("a.sdf", "sdf"),
        ("a.mol", "sdf"),
        ("a.txt", "text"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_kind_by_ending(tmp_path: Path, name: str, kind: str, packed: bool) -> None:
    path = tmp_path / (name + ".gz" if packed else name)
    path.write_bytes(gzip.compress(b"C\n") if packed else b"C\n")
    (source,) = inspect_sources([path])
    assert (source.kind, source.gzipped, source.label) == (kind, packed, path.name)
    with source.open() as stream:
        assert stream.read() == b"C\n"


def test_gzip_is_known_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(gzip.compress(b"smiles\nC\n"))
    assert inspect_sources([path])[0].gzipped


def test_equal_names_get_their_folder(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "lib.smi" for folder in ("east", "west")]
    for path in paths:
        path.parent.mkdir()
        path.write_text("C\n")
    assert [source.label for source in inspect_sources(paths)] == ["east/lib.smi", "west/lib.smi"]


def test_same_file_twice(tmp_path: Path) -> None:
    path = tmp_path / "lib.smi"
    path.write_text("C\n")
    with pytest.raises(InputError, match="named twice"):
        inspect_sources([path, tmp_path / "." / "lib.smi"])
