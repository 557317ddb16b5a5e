"""Hostile structures go through the real stages: each ends in time as a result or as a reject."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from screening.core.compute import Compute
from screening.core.config import (
    DescribeSettings,
    IngestSettings,
    PredictSettings,
    StandardiseSettings,
)
from screening.core.partitions import read_table
from screening.core.rejects import FIXES
from screening.core.tables import (
    COMPOUNDS,
    DESCRIPTORS,
    LOST_STRUCTURES,
    PREDICTIONS,
    REJECTS,
    STRUCTURES,
    TableSchema,
)
from screening.describe.structures import describe_structures
from screening.ingest.library import ingest_library
from screening.predict.structures import predict_structures
from screening.standardise.stage import standardise_records
from tests.boundaries.hostile_structures import structures

PROJECT = Path(__file__).resolve().parents[2]
# Cytarabine and taurine stand before and behind the hostile ones.
FIRST, LAST = "UHDGCWIWMRVCDJ-CCXZUQQUSA-N", "XOAAWQZATWQOTB-UHFFFAOYSA-N"
NEIGHBOURS = ("Nc1ccn([C@@H]2O[C@H](CO)[C@@H](O)[C@@H]2O)c(=O)n1", "NCCS(O)(=O)=O")
LIMIT_S = 0.7


@dataclass(frozen=True)
class Screened:
    folder: Path
    names: list[str]

    def rows(self, file: str, schema: TableSchema) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = read_table(self.folder / file, schema).to_pylist()
        return rows


@pytest.fixture(scope="module")
def screened(tmp_path_factory: pytest.TempPathFactory, workers: Compute) -> Screened:
    folder = tmp_path_factory.mktemp("hostile")
    found = [("first", NEIGHBOURS[0]), *structures(), ("last", NEIGHBOURS[1])]
    with (folder / "hostile.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([("name", "smiles"), *found])
    read, made = folder / "read", folder / "made"
    ingest_library([folder / "hostile.csv"], read, "hostile", IngestSettings())
    standardise_records(
        read / "records.parquet", made, StandardiseSettings(time_limit_s=2 * LIMIT_S), workers
    )
    describe_structures(
        made / "structures.parquet",
        made / "descriptors",
        made / "lost_describe",
        DescribeSettings(time_limit_s=LIMIT_S),
        workers,
    )
    predict_structures(
        made / "structures.parquet",
        made / "predictions",
        made / "lost_predict",
        PredictSettings(
            models=(str(PROJECT / "models/toxicity"),), device="cpu", time_limit_s=2 * LIMIT_S
        ),
        workers,
    )
    return Screened(made, [name for name, _ in found])


@pytest.mark.slow
def test_every_record_is_a_compound_or_a_reject_with_a_reason(screened: Screened) -> None:
    compounds = screened.rows("compounds.parquet", COMPOUNDS)
    rejects = screened.rows("rejects.parquet", REJECTS)
    numbers = sorted(row["record_number"] for row in [*compounds, *rejects])
    assert numbers == list(range(1, len(screened.names) + 1))
    code = {row["name"]: row["code"] for row in rejects}
    assert all(row["code"] in FIXES and row["detail"] for row in rejects)
    assert code["all metals bound to all"] == "metal"
    assert code["chain of 40,000 atoms"] == "too_large"
    assert code["peptide of 300 residues"] == "too_large"
    assert code["dummies alone"] == "polymer_or_query"
    assert code["brackets"] == "bad_smiles"
    assert not {"first", "last", "fullerene", "chain of 1,000 atoms"} & set(code)
    assert compounds[0]["structure_id"] == FIRST
    assert compounds[-1]["structure_id"] == LAST


@pytest.mark.slow
@pytest.mark.parametrize(
    ("results", "lost", "schema"),
    [
        ("descriptors", "lost_describe", DESCRIPTORS),
        ("predictions", "lost_predict", PREDICTIONS),
    ],
)
def test_every_structure_has_results_or_a_reason(
    screened: Screened, results: str, lost: str, schema: TableSchema
) -> None:
    keys = [row["structure_id"] for row in screened.rows("structures.parquet", STRUCTURES)]
    done = [row["structure_id"] for row in screened.rows(results, schema)]
    missed = screened.rows(lost, LOST_STRUCTURES)
    assert sorted(keys) == sorted([*done, *(row["structure_id"] for row in missed)])
    assert {FIRST, LAST} <= set(done)
    assert all(row["code"] in FIXES and row["detail"] for row in missed)


@pytest.mark.slow
def test_the_endless_ones_run_out_of_time(screened: Screened) -> None:
    """Two thousand atoms in a row take RDKit's characteristic polynomial minutes."""
    chain = next(
        row["structure_id"]
        for row in screened.rows("compounds.parquet", COMPOUNDS)
        if row["name"] == "chain of 1,990 atoms"
    )
    missed = {
        row["structure_id"]: (row["code"], row["detail"])
        for row in screened.rows("lost_describe", LOST_STRUCTURES)
    }
    assert missed[chain] == ("timed_out", f"over the limit of {LIMIT_S} s")
