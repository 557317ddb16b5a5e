from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from screening.cli.curate import curate_command
from screening.core.errors import ConfigError, InputError
from screening.core.partitions import PartitionWriter
from screening.core.tables import COMPOUNDS, STRUCTURES

HEADER = "AphiaID,name,environment\n"


def write_empty_tables(folder: Path) -> None:
    for name, schema in (("compounds", COMPOUNDS), ("structures", STRUCTURES)):
        with PartitionWriter(folder / f"{name}.parquet", schema.arrow()):
            pass


def run(folder: Path, settings: dict[str, object]) -> BaseException | None:
    arguments = [str(folder), "--settings", json.dumps(settings), "--workers", "1"]
    return CliRunner().invoke(curate_command, arguments).exception


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no column with name and aphia_id and environments of the taxa"),
        (b"name,colour\nMya arenaria,red\n", "no column with aphia_id and environments"),
        (HEADER.encode(), "holds no taxa"),
        (HEADER.encode() + b"seven,Mya arenaria,Marine\n", "line 2: 'seven' is no AphiaID"),
        (HEADER.encode() + b"7,Mya arenaria,Mars\n", "line 2: 'Mars' is no environment"),
        (b"AphiaID,name,isMarine\n7,Mya arenaria,perhaps\n", "'perhaps' is neither 1 nor 0"),
        (HEADER.encode() + b"7,Mya \xff\xfe,Marine\n", "not a readable table of taxa"),
        (b"\x1f\x8b\x08\x00broken", "not a readable table of taxa"),
    ],
)
def test_a_bad_table_of_taxa_is_told(tmp_path: Path, content: bytes, message: str) -> None:
    write_empty_tables(tmp_path)
    taxa = tmp_path / "taxa.csv"
    taxa.write_bytes(content)
    before = sorted(path.name for path in tmp_path.iterdir())
    found = run(tmp_path, {"taxa": str(taxa)})
    assert isinstance(found, InputError)
    assert message in found.line()
    assert str(taxa) in found.line()
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize("place", ["missing.csv", "."])
def test_no_table_of_taxa_there(tmp_path: Path, place: str) -> None:
    write_empty_tables(tmp_path)
    found = run(tmp_path, {"taxa": str(tmp_path / place)})
    assert isinstance(found, InputError)
    assert "curate.taxa" in found.line()
    assert "screening fetch worms" in found.line()


def test_an_unknown_setting_names_the_nearest(tmp_path: Path) -> None:
    found = run(tmp_path, {"taxas": "x"})
    assert isinstance(found, ConfigError)
    assert "did you mean taxa?" in found.line()


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    found = run(tmp_path, {})
    assert isinstance(found, InputError)
    assert "no such table" in found.line()


def test_no_compounds_give_empty_tables(tmp_path: Path) -> None:
    write_empty_tables(tmp_path)
    assert run(tmp_path, {}) is None
    assert (tmp_path / "evidence.parquet").is_dir()
    assert (tmp_path / "families.parquet").is_dir()
