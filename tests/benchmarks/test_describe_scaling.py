"""What surrounds the measurement of the describe stage: its input and its pictures."""

from __future__ import annotations

import struct
from pathlib import Path

from describe_scaling import grown, library_smiles, write_structures
from scaling_pictures import draw

from screening.core.partitions import count_rows, read_table
from screening.core.tables import STRUCTURES


def points(n_new: int) -> list[dict[str, float]]:
    return [
        {
            "workers": workers,
            "n_structures": n + n_new,
            "n_new": n_new,
            "seconds": 5 + n / 70 / workers,
            "peak_memory_mib": 300 + 350 * workers,
        }
        for workers in (1, 2)
        for n in (1_000, 10_000)
    ]


def test_the_pictures_are_two_files_that_depend_on_the_points_alone(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        draw({"points": points(0), "grown": points(10)}, tmp_path / folder)
    for name in ("describe_scaling.png", "describe_memory.png"):
        content = (tmp_path / "one" / name).read_bytes()
        assert content == (tmp_path / "two" / name).read_bytes()
        assert struct.unpack(">II", content[16:24])[0] == 1_600


def test_the_structures_are_a_table_that_the_stage_reads(tmp_path: Path) -> None:
    table = write_structures(["CCO"] * 5_200, tmp_path / "structures")
    assert count_rows(table) == 5_200
    ids = read_table(table, STRUCTURES)["structure_id"].to_pylist()
    assert len(set(ids)) == 5_200
    assert {len(identifier) for identifier in ids} == {27}


def test_a_library_grows_by_one_in_a_hundred() -> None:
    assert [grown(n) for n in (10, 300, 100_000)] == [11, 303, 101_000]


def test_the_first_analogues_of_a_library_are_read(tmp_path: Path) -> None:
    library = tmp_path / "library.csv"
    library.write_text("id,smiles,parent,edits\nA1,CCO,x,y\nA2,CCN,x,y\n", encoding="utf-8")
    assert library_smiles(library, 1) == ["CCO"]
