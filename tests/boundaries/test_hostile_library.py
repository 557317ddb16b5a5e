"""A library with one record in twenty made hostile: each record ends as it must."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.core.compute import Compute
from screening.core.config import IngestSettings, StandardiseSettings
from screening.core.rejects import FIXES
from screening.ingest.library import ingest_library
from screening.standardise.stage import standardise_records
from tests.benchmarks.hostile_library import KINDS, write_library
from tests.benchmarks.hostile_run import compare

N_RECORDS = 2_000


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "library.csv"
    write_library(path, N_RECORDS, seed=1)
    return path


def test_every_record_becomes_what_it_must(library: Path, workers: Compute) -> None:
    tables = library.parent
    read = ingest_library([library], tables / "read", "hostile", IngestSettings())
    made = standardise_records(
        tables / "read/records.parquet",
        tables / "made",
        StandardiseSettings(),
        workers,
    )
    assert read.n_records + read.n_rejects == N_RECORDS
    assert made.n_compounds + made.n_rejects == read.n_records
    counts, wrong = compare(Path(f"{library}.expected.csv"), tables)
    assert wrong == []
    assert sum(counts.values()) == N_RECORDS


def test_the_library_is_what_it_says(library: Path) -> None:
    with Path(f"{library}.expected.csv").open(newline="", encoding="utf-8") as stream:
        kinds = Counter(row["kind"] for row in csv.DictReader(stream))
    assert kinds.pop("good") == N_RECORDS * 19 // 20
    assert set(kinds) == {kind.name for kind in KINDS}
    assert len([kind for kind in KINDS if kind.codes]) >= 20
    assert {code for kind in KINDS for code in kind.codes} <= set(FIXES)


def test_one_seed_gives_one_library(library: Path, tmp_path: Path) -> None:
    write_library(tmp_path / "again.csv", 300, seed=7)
    write_library(tmp_path / "once more.csv", 300, seed=7)
    write_library(tmp_path / "another.csv", 300, seed=8)
    again = (tmp_path / "again.csv").read_bytes()
    assert again == (tmp_path / "once more.csv").read_bytes()
    assert again != (tmp_path / "another.csv").read_bytes()


def test_a_record_that_is_lost_or_doubled_or_changed_is_told(tmp_path: Path) -> None:
    expected = tmp_path / "expected.csv"
    expected.write_text(
        "record_number,kind,outcome,codes\n"
        "1,good,compound,\n2,empty,reject,empty_structure\n3,wildcard,reject,a|b\n"
        "4,good,compound,\n"
    )
    for folder, columns in {
        "read/rejects.parquet": {"record_number": [2, 3], "code": ["empty_structure", "c"]},
        "made/rejects.parquet": {"record_number": [4], "code": ["metal"]},
        "made/compounds.parquet": {"record_number": [4, 9]},
    }.items():
        (tmp_path / folder).mkdir(parents=True)
        pq.write_table(pa.table(columns), tmp_path / folder / "0.parquet")
    _, wrong = compare(expected, tmp_path)
    assert wrong == [
        "record 4: comes twice, metal and compound",
        "record 1 (good): lost, not compound",
        "record 3 (wildcard): c, not a or b",
        "record 9: not in the library",
    ]
