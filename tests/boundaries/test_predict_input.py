"""Bad input of `screening predict`: one clear line, exit code 2, nothing half-written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def predict(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "screening.cli.main", "predict", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def refused(table: Path, output: Path, *more: str) -> str:
    """The error line; asserts that there is nothing else and nothing was written."""
    done = predict(str(table), "--smiles-column", "smiles", "--output", str(output), *more)
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("error: ")
    assert not output.is_file()
    assert not list(output.parent.glob(".*.partial"))
    return lines[0]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read (No such file or directory); give an existing file"),
        (b"", "the file is empty; give a CSV file with a header line"),
        (b"id,Smile\n1,C\n", "it has 'id', 'Smile'; did you mean 'Smile'?"),
        (b"\xff\xfes\x00m\x00", "is not UTF-8; save the table as CSV in UTF-8"),
        (b'smiles\n"CC\n', "not CSV (unexpected end of data)"),
    ],
)
def test_unusable_tables(tmp_path: Path, content: bytes | None, problem: str) -> None:
    table = tmp_path / "in.csv"
    if content is not None:
        table.write_bytes(content)
    line = refused(table, tmp_path / "out.csv")
    assert str(table) in line
    assert problem in line


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    assert "is a folder" in refused(tmp_path, tmp_path / "out.csv")


def test_unknown_models_and_devices(tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text("smiles\nC\n")
    output = tmp_path / "out.csv"
    assert "no model bundle called 'nonsense'" in refused(table, output, "--models", "nonsense")
    assert "bundle.json is missing" in refused(table, output, "--models", str(tmp_path))
    assert "no model is named" in refused(table, output, "--models", ",")
    assert "setting dask" in refused(table, output, "--dask", "localhost:1")
