from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from screening.core.compute import Compute
from screening.core.config import StandardiseSettings
from screening.core.errors import InputError
from screening.core.partitions import PartitionWriter, read_table
from screening.core.tables import COMPOUNDS, RECORDS, REJECTS, STRUCTURES, TableSchema
from screening.standardise.stage import StandardiseCounts, standardise_records

# RDKit takes half a minute to list all ways of drawing a hundred sulfoxides beside a charge.
ENDLESS = "CS(=O)" * 100 + "C[NH3+]"
SMILES = [
    "CN1CC(=O)N=C1N",  # creatinine, the tautomer drawn first
    "CN1CC(=O)NC1=N",
    "CC(=O)O[Na]",
    "C1CC",
    ENDLESS,
    "C[C@H](N)C(=O)O",
    "C[C@H]([NH3+])C(=O)[O-]",
    "C[C@@H](N)C(=O)O",
]


def records_table(path: Path, structures: list[str]) -> Path:
    rows = [
        {
            "compound_id": f"lib-{number}",
            "library": "lib",
            "source_file": "lib.csv",
            "record_number": number,
            "raw": f"{number},{smiles}",
            "structure": smiles,
            "notation": "smiles",
            "alternatives": [],
            "synonyms": [],
            "name": f"compound {number}",
            "organisms": ["Aplysina aerophoba"],
            "references": [],
            "dois": [],
        }
        for number, smiles in enumerate(structures, start=1)
    ]
    with PartitionWriter(path, RECORDS.arrow(), rows_per_partition=3) as writer:
        writer.write_rows(rows)
    return path


@dataclass(frozen=True)
class Done:
    folder: Path
    counts: StandardiseCounts

    def rows(self, schema: TableSchema) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = read_table(
            self.folder / f"{schema.name}.parquet", schema
        ).to_pylist()
        return rows


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory, workers: Compute) -> Done:
    folder = tmp_path_factory.mktemp("standardise")
    records = records_table(folder / "records.parquet", SMILES)
    settings = StandardiseSettings(time_limit_s=2)
    return Done(folder / "out", standardise_records(records, folder / "out", settings, workers))


def test_counts(done: Done) -> None:
    assert done.counts == StandardiseCounts(
        n_records=8, n_compounds=6, n_rejects=2, n_structures=4, n_known=0
    )


def test_only_what_is_new_is_standardised(tmp_path: Path, workers: Compute) -> None:
    """The store keeps outcomes and refusals, but not what ended its worker."""
    compute = replace(workers, store=tmp_path / "store")
    settings = StandardiseSettings(time_limit_s=2)
    small = records_table(tmp_path / "small.parquet", SMILES[:4])
    first = standardise_records(small, tmp_path / "small", settings, compute)
    assert first.n_known == 0
    grown = records_table(tmp_path / "grown.parquet", [*SMILES, SMILES[3]])
    second = standardise_records(grown, tmp_path / "grown", settings, compute)
    known = [text in SMILES[:4] for text in (*SMILES, SMILES[3])]
    assert second.n_known == sum(known)
    again = standardise_records(grown, tmp_path / "again", settings, compute)
    assert again.n_known == again.n_records - 1  # all but the structure without end
    for schema in (COMPOUNDS, STRUCTURES, REJECTS):
        tables = [
            read_table(tmp_path / folder / f"{schema.name}.parquet", schema)
            for folder in ("grown", "again")
        ]
        assert tables[0].equals(tables[1])


def test_compounds_keep_order_and_provenance(done: Done) -> None:
    compounds = done.rows(COMPOUNDS)
    assert [row["record_number"] for row in compounds] == [1, 2, 3, 6, 7, 8]
    assert [row["input_smiles"] for row in compounds] == [
        SMILES[row["record_number"] - 1] for row in compounds
    ]
    assert all(row["organisms"] == ["Aplysina aerophoba"] for row in compounds)
    assert compounds[2]["removed_fragments"] == ["[Na+]"]
    assert compounds[2]["removed_names"] == ["sodium"]


def test_structures_stand_in_the_order_of_their_first_compound(done: Done) -> None:
    structures = done.rows(STRUCTURES)
    assert [row["smiles"] for row in structures] == [
        "CN1CC(=O)N=C1N",
        "CC(=O)O",
        "C[C@H](N)C(=O)O",
        "C[C@@H](N)C(=O)O",
    ]
    assert [row["n_compounds"] for row in structures] == [2, 1, 2, 1]
    assert [row["stereo"] for row in structures] == ["none", "none", "defined", "defined"]
    assert all(row["structure_id"].startswith(row["flat_key"]) for row in structures)


def test_a_structure_without_end_costs_only_itself(done: Done) -> None:
    rejects = {row["record_number"]: row for row in done.rows(REJECTS)}
    codes = {number: row["code"] for number, row in rejects.items()}
    assert codes == {4: "bad_smiles", 5: "timed_out"}
    assert rejects[5]["detail"] == "over the limit of 2 s"
    assert rejects[4]["raw"] == "4,C1CC"
    assert rejects[4]["structure"] == "C1CC"
    assert rejects[4]["name"] == "compound 4"
    assert all(row["stage"] == "standardise" and row["fix"] for row in rejects.values())


def test_nothing_else_is_left(done: Done) -> None:
    assert sorted(path.name for path in done.folder.iterdir()) == [
        "compounds.parquet",
        "rejects.parquet",
        "structures.parquet",
    ]


def test_no_usable_structure_is_one_line_and_writes_nothing(tmp_path: Path) -> None:
    records = records_table(tmp_path / "records.parquet", ["C1CC", "[Na+].[Cl-]", "C[Hg]C", "CC("])
    with pytest.raises(InputError) as caught:
        standardise_records(records, tmp_path / "out", StandardiseSettings())
    assert caught.value.line() == (
        "lib.csv: none of the 4 records has a usable structure (bad_smiles 2, metal 1, no_carbon 1)"
        "; record 1: unclosed ring 1 at position 2; "
        "correct the structures, or check which column holds them"
    )
    assert not (tmp_path / "out").exists()


def test_missing_table(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such table"):
        standardise_records(tmp_path / "none.parquet", tmp_path / "out", StandardiseSettings())
    assert not (tmp_path / "out").exists()
