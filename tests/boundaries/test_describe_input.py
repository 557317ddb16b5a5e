from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from screening.cli.describe import describe_command, describe_structures_command
from screening.core.errors import ConfigError, InputError, ScreeningError
from screening.describe.table import describe_table


def missing(folder: Path) -> Path:
    return folder / "missing.csv"


def empty(folder: Path) -> Path:
    path = folder / "empty.csv"
    path.write_bytes(b"")
    return path


def wrong_column(folder: Path) -> Path:
    path = folder / "table.csv"
    path.write_text("name,smile\nethanol,CCO\n", encoding="utf-8")
    return path


def not_utf8(folder: Path) -> Path:
    path = folder / "latin.csv"
    path.write_bytes("smiles,name\nCCO,Ménthol\n".encode("latin-1"))
    return path


def cut_gzip(folder: Path) -> Path:
    path = folder / "cut.csv.gz"
    path.write_bytes(gzip.compress(b"smiles\n" + b"CCO\n" * 5000)[:-20])
    return path


def a_folder(folder: Path) -> Path:
    path = folder / "folder.csv"
    path.mkdir()
    return path


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (missing, "cannot be read"),
        (empty, "is empty"),
        (wrong_column, "no column 'smiles'; it has 'name', 'smile'; did you mean 'smile'?"),
        (not_utf8, "is not UTF-8"),
        (cut_gzip, "damaged gzip"),
        (a_folder, "is a folder"),
    ],
)
def test_bad_input_is_one_line_and_nothing_is_written(
    tmp_path: Path, make: Callable[[Path], Path], text: str
) -> None:
    table, output = make(tmp_path), tmp_path / "new" / "out.parquet"
    with pytest.raises(InputError) as caught:
        describe_table(table, "smiles", output)
    assert text in caught.value.line()
    assert str(table) in caught.value.line()
    assert not output.parent.exists()


def test_the_output_may_not_be_the_input(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("smiles\nCCO\n", encoding="utf-8")
    with pytest.raises(InputError, match="is the input itself"):
        describe_table(table, "smiles", table)
    assert table.read_text(encoding="utf-8") == "smiles\nCCO\n"


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        (["--settings", '{"set": ["rdkit2d"]}'], ConfigError, "did you mean sets?"),
        (["--settings", '{"sets": ["mordred"]}'], ConfigError, "no descriptor set 'mordred'"),
        (["--settings", "rdkit2d"], ConfigError, "not JSON"),
        (["--dask", "http://here"], ConfigError, "dask"),
        (["--dask", "tcp://$(id):1"], ConfigError, "dask"),
        (["--memory", "lots"], ConfigError, "memory_per_worker"),
    ],
)
def test_bad_options_are_told(
    tmp_path: Path, options: list[str], error: type[ScreeningError], text: str
) -> None:
    table = tmp_path / "table.csv"
    table.write_text("smiles\nCCO\n", encoding="utf-8")
    arguments = [str(table), "--smiles-column", "smiles", "--output", str(tmp_path / "o.parquet")]
    found = CliRunner().invoke(describe_command, [*arguments, *options])
    assert isinstance(found.exception, error)
    assert text in found.exception.line()
    assert not (tmp_path / "o.parquet").exists()


def test_a_missing_table_of_structures_is_told(tmp_path: Path) -> None:
    places = ["--output", str(tmp_path / "d"), "--lost", str(tmp_path / "l")]
    found = CliRunner().invoke(
        describe_structures_command, [str(tmp_path / "structures.parquet"), *places]
    )
    assert isinstance(found.exception, InputError)
    assert "no such table" in found.exception.line()


@pytest.mark.parametrize("listens", [False, True])
def test_a_scheduler_that_does_not_answer_is_named(tmp_path: Path, listens: bool) -> None:
    """Nothing listens there, or what listens there says nothing."""
    table = tmp_path / "table.csv"
    table.write_text("smiles\nCCO\n", encoding="utf-8")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        if listens:
            listening.listen()
        address = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        started = time.monotonic()
        found = CliRunner().invoke(
            describe_command,
            [
                *(str(table), "--smiles-column", "smiles"),
                *("--output", str(tmp_path / "o.parquet"), "--dask", address),
            ],
        )
    assert time.monotonic() - started < 10
    assert isinstance(found.exception, ConfigError)
    assert f"no scheduler answers at {address}" in found.exception.line()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["table.csv"]


def test_a_folder_is_no_place_for_a_performance_report(tmp_path: Path) -> None:
    kept = tmp_path / "results"
    kept.mkdir()
    (kept / "ranking.csv").touch()
    places = ["--output", str(tmp_path / "d"), "--lost", str(tmp_path / "l")]
    found = CliRunner().invoke(
        describe_structures_command,
        [str(tmp_path / "structures"), *places, "--performance-report", str(kept)],
    )
    assert found.exit_code == 2
    assert "is a directory" in found.output
    assert (kept / "ranking.csv").exists()
