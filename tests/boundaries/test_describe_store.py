"""Descriptors are computed once: for a library that grew, for two that share, for runs at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.chem.entry import Entry, structure_entries, structure_key
from screening.chem.structure_table import fill_structure_table
from screening.core.compute import Compute
from screening.core.config import DescribeSettings
from screening.core.kept_work import Missing
from screening.core.trial import Lost
from screening.describe.structures import describe_structures
from tests.structures import (
    differing_columns,
    reference_smiles,
    whole_table,
    write_structures,
)

SETTINGS = DescribeSettings(sets=("natural_product", "drug_likeness"))
SMILES = reference_smiles()


def described(folder: Path, name: str, smiles: list[str], compute: Compute) -> dict[str, int]:
    structures = write_structures(folder / name / "structures", smiles)
    return describe_structures(
        structures,
        folder / name / "descriptors",
        folder / name / "lost",
        SETTINGS,
        compute,
    )


def n_stored(store: Path) -> int:
    return sum(pq.read_metadata(file).num_rows for file in segments(store))


def segments(store: Path) -> list[Path]:
    return sorted(store.glob("describe/*/*.parquet"))


def test_a_library_that_grew_computes_what_is_new(tmp_path: Path, workers: Compute) -> None:
    store = tmp_path / "store"
    compute = replace(workers, store=store)
    described(tmp_path, "before", SMILES[:40], compute)
    # One new structure among the others, not at the end.
    counts = described(tmp_path, "after", [*SMILES[:20], SMILES[40], *SMILES[20:40]], compute)
    assert (counts["n_known"], counts["n_described"]) == (40, 41)
    assert n_stored(store) == 41
    kept = describe_structures(
        tmp_path / "after/structures",
        tmp_path / "anew",
        tmp_path / "lost",
        SETTINGS,
        workers,
    )
    assert kept["n_known"] == 0
    grown = whole_table(tmp_path / "after/descriptors")
    assert not differing_columns(grown, whole_table(tmp_path / "anew"))


def test_libraries_share_what_they_have_in_common(tmp_path: Path, workers: Compute) -> None:
    store = tmp_path / "store"
    compute = replace(workers, store=store)
    described(tmp_path, "one", SMILES[:30], compute)
    counts = described(tmp_path, "other", SMILES[10:40][::-1], compute)
    assert counts["n_known"] == 20
    assert n_stored(store) == 40


def test_what_another_run_has_kept_meanwhile_is_not_lost(tmp_path: Path) -> None:
    """Runs may differ in their time limit, which is no part of a result's version."""
    structures = write_structures(tmp_path / "structures", SMILES[:2])
    schema = pa.schema([("structure_id", pa.string()), ("value", pa.int64())])

    def lose_both(missing: Missing) -> Iterator[Lost[Entry]]:
        entries = list(structure_entries(missing.table))
        missing.segments.make()
        missing.segments.add([structure_key(entries[0])], pa.table({"value": [7]}))
        for entry in entries:
            yield Lost(entry, "timed_out", "over the limit of 1 s")

    counts = fill_structure_table(
        structures,
        tmp_path / "output",
        tmp_path / "lost",
        lose_both,
        stage="describe",
        schema=schema,
        facts={},
        store=tmp_path / "store",
    )
    assert (counts.n_done, counts.n_lost) == (1, 1)
    assert whole_table(tmp_path / "output").to_pylist() == [
        {"structure_id": "KEY00000", "value": 7}
    ]
    (lost,) = whole_table(tmp_path / "lost").to_pylist()
    assert (lost["structure_id"], lost["code"]) == ("KEY00001", "timed_out")


@pytest.mark.parametrize("damage", ["truncated", "altered"])
def test_a_damaged_segment_is_computed_again(
    tmp_path: Path, workers: Compute, damage: str, capfd: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "store"
    compute = replace(workers, store=store)
    described(tmp_path, "before", SMILES[:40], compute)
    victim = segments(store)[0]
    n_lost = pq.read_metadata(victim).num_rows
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 0xFF
    victim.write_bytes(content[: len(content) // 2] if damage == "truncated" else content)
    counts = described(tmp_path, "after", SMILES[:40], compute)
    assert counts["n_known"] == 40 - n_lost
    assert f"{victim}: damaged, removed" in capfd.readouterr().err
    before, after = (whole_table(tmp_path / name / "descriptors") for name in ("before", "after"))
    assert not differing_columns(before, after)
    assert n_stored(store) == 40


def command(folder: Path, name: str, store: Path) -> subprocess.Popen[bytes]:
    """The stage as a process of its own."""
    structures = write_structures(folder / name / "structures", SMILES)
    arguments = [
        *("describe-structures", structures, "--output", folder / name / "descriptors"),
        *("--lost", folder / name / "lost", "--store", store, "--workers", "1"),
        *("--settings", SETTINGS.model_dump_json()),
    ]
    return subprocess.Popen(
        [sys.executable, "-m", "screening.cli.main", *map(str, arguments)],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def test_runs_at_once_and_one_killed_leave_a_sound_store(tmp_path: Path, workers: Compute) -> None:
    store = tmp_path / "store"
    killed, *others = [command(tmp_path, name, store) for name in ("killed", "one", "other")]
    while not segments(store):
        assert killed.poll() is None, "it ended before it had stored anything"
        time.sleep(0.02)
    os.killpg(killed.pid, signal.SIGKILL)
    assert [process.wait(120) for process in others] == [0, 0]
    killed.wait()
    counts = described(tmp_path, "after", SMILES, replace(workers, store=store))
    assert counts["n_known"] == counts["n_described"] == len(SMILES)
    after = whole_table(tmp_path / "after/descriptors")
    for name in ("one", "other"):
        assert not differing_columns(after, whole_table(tmp_path / name / "descriptors"))
