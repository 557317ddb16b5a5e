from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from screening.core.objectives import Limit, Objective, RankSettings
from screening.core.partitions import PartitionWriter, read_table
from screening.core.tables import (
    COMPOUNDS,
    DESCRIPTORS,
    PREDICTIONS,
    RANKING,
    STRUCTURES,
    Column,
)
from screening.rank.structures import rank_structures

SETTINGS = RankSettings(
    objectives=(
        Objective(column="tumour", worst=0, best=1, weight=2),
        Objective(column="herg", label="hERG block", worst=1, best=0),
        Objective(column="sa_score", worst=9, best=4, weight=0.5),
    ),
    limits=(Limit(column="MolWt", relation="above", value=1500, reason="a peptide"),),
)
# structure → tumour, herg, in domain, sa_score, MolWt, alerts
FACTS: dict[str, tuple[float | None, float | None, bool, float, float, list[str]]] = {
    "GOOD": (0.9, 0.1, True, 4.0, 400.0, []),
    "TWIN": (0.9, 0.1, True, 4.0, 400.0, []),
    "FAR": (0.9, 0.1, False, 4.0, 400.0, []),
    "HEAVY": (0.8, 0.2, True, 6.0, 2600.0, ["PAINS: quinone_A(370)"]),
    "WEAK": (0.1, 0.9, True, 5.0, 300.0, []),
}
WITHOUT_PREDICTION = "BARE"


def compound(number: int, structure: str, **values: str) -> dict[str, Any]:
    return {
        "compound_id": f"c{number}",
        "library": "lib",
        "source_file": "lib.csv",
        "record_number": number,
        "raw": "",
        "input_smiles": "C",
        "structure_id": structure,
        **values,
    }


COMPOUND_ROWS = [
    compound(1, "GOOD", name="halomon", organism="Portieria", doi="10.1/b"),
    compound(2, "GOOD", name="anti-halomon", organism="Portieria", doi="10.1/a"),
    compound(3, "TWIN", name="=cmd|' /C calc'!A0", organism="海绵"),
    compound(4, "FAR", name="", organism="Dysidea"),
    compound(5, "HEAVY", name="δ-conotoxin"),
    compound(6, "WEAK", name="<script>alert(1)</script>"),
    compound(7, WITHOUT_PREDICTION, name="lost"),
]


def write(path: Path, schema: pa.Schema, rows: list[dict[str, Any]]) -> None:
    with PartitionWriter(path, schema, rows_per_partition=2) as writer:
        writer.write_rows(rows)


def write_tables(folder: Path, order: int = 1) -> None:
    """The four tables; `order` -1 writes all rows the other way round."""
    names = [*FACTS, WITHOUT_PREDICTION][::order]
    structures = [
        {"structure_id": n, "flat_key": n, "smiles": f"C{n}", "stereo": "none", "n_compounds": 1}
        for n in names
    ]
    write(folder / "structures.parquet", STRUCTURES.arrow(), structures)
    write(folder / "compounds.parquet", COMPOUNDS.arrow(), COMPOUND_ROWS[::order])
    predicted = [
        Column("tumour", pa.float32(), "x", "probability"),
        Column("tumour__std", pa.float32(), "x", "probability"),
        Column("tumour__in_domain", pa.bool_(), "x"),
        Column("herg", pa.float32(), "x", "probability"),
        Column("herg__std", pa.float32(), "x", "probability"),
        Column("herg__in_domain", pa.bool_(), "x"),
        Column("herg__neighbour", pa.string(), "x"),
    ]
    rows = [
        {"structure_id": name, "tumour": tumour, "tumour__std": 0.05, "tumour__in_domain": inside,
         "herg": herg, "herg__std": 0.1, "herg__in_domain": inside}
        for name, (tumour, herg, inside, *_) in FACTS.items()
    ]  # fmt: skip
    write(folder / "predictions.parquet", PREDICTIONS.arrow(predicted), rows[::order])
    described = [
        Column("MolWt", pa.float64(), "x", "Da"),
        Column("sa_score", pa.float64(), "x", "1"),
        Column("alerts", pa.list_(pa.string()), "x"),
    ]
    rows = [
        {"structure_id": name, "MolWt": mass, "sa_score": score, "alerts": alerts}
        for name, (*_, score, mass, alerts) in FACTS.items()
    ]
    rows.append({"structure_id": WITHOUT_PREDICTION, "MolWt": 100.0, "sa_score": math.nan})
    write(folder / "descriptors.parquet", DESCRIPTORS.arrow(described), rows[::order])


def rank(folder: Path, settings: RankSettings = SETTINGS) -> tuple[dict[str, int], pa.Table]:
    tables = [
        folder / f"{name}.parquet"
        for name in ("structures", "compounds", "descriptors", "predictions", "ranking")
    ]
    counts = rank_structures(*tables, settings=settings)
    return counts, read_table(tables[-1], RANKING)


@pytest.fixture
def ranked(tmp_path: Path) -> dict[str, dict[str, Any]]:
    write_tables(tmp_path)
    _, table = rank(tmp_path)
    return {row["structure_id"]: row for row in table.to_pylist()}


def test_every_structure_is_ranked_once(tmp_path: Path) -> None:
    write_tables(tmp_path)
    counts, table = rank(tmp_path)
    assert counts == {"n_structures": 6, "n_ranked": 6, "n_flagged": 3, "n_out_of_domain": 2}
    assert table["rank"].to_pylist() == [1, 2, 3, 4, 5, 6]
    assert sorted(table["structure_id"].to_pylist()) == sorted([*FACTS, WITHOUT_PREDICTION])
    scores = table["score"].to_pylist()
    assert scores == sorted(scores, reverse=True)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_order_is_what_a_chemist_expects(ranked: dict[str, dict[str, Any]]) -> None:
    # Equal scores are ordered by the structure's key.
    assert [ranked[name]["rank"] for name in ("GOOD", "TWIN", "HEAVY")] == [1, 2, 3]
    assert ranked["GOOD"]["score"] == ranked["TWIN"]["score"]
    assert ranked["FAR"]["score"] < ranked["GOOD"]["score"]
    assert ranked["FAR"]["score_mean"] == ranked["GOOD"]["score_mean"]
    assert ranked["WEAK"]["rank"] == 6


def test_score_by_hand(ranked: dict[str, dict[str, Any]]) -> None:
    # tumour 0.9 - 0.05, hERG 1 - (0.1 + 0.1), both with weights 2 and 1; sa_score 4 is best.
    expected = (0.85**2 * 0.8**1 * 1.0**0.5) ** (1 / 3.5)
    assert ranked["GOOD"]["score"] == pytest.approx(expected, abs=1e-6)
    assert ranked["GOOD"]["score_mean"] == pytest.approx((0.9**3) ** (1 / 3.5), abs=1e-6)
    assert ranked["GOOD"]["domain_share"] == 1.0
    assert ranked["FAR"]["domain_share"] == 0.0


def test_provenance_is_gathered_sorted_without_repeats(ranked: dict[str, dict[str, Any]]) -> None:
    good = ranked["GOOD"]
    assert good["name"] == "halomon"  # the first record's
    assert good["compound_ids"] == ["c1", "c2"]
    assert good["names"] == ["anti-halomon", "halomon"]
    assert good["organisms"] == ["Portieria"]
    assert good["dois"] == ["10.1/a", "10.1/b"]
    assert good["phyla"] == []
    assert ranked["FAR"]["name"] == "c4"  # without a name, the compound's id
    assert ranked["FAR"]["names"] == []


def test_contributions_add_up_and_carry_units(ranked: dict[str, dict[str, Any]]) -> None:
    for row in ranked.values():
        parts = json.loads(row["contributions"])
        total = sum(part["effect"] for part in parts)
        assert total == pytest.approx(math.log(row["score"] / 0.5), abs=1e-5)
    first = json.loads(ranked["FAR"]["contributions"])[1]
    assert (first["column"], first["label"], first["unit"]) == ("herg", "hERG block", "probability")
    assert (first["value"], first["std"], first["in_domain"]) == (0.1, 0.1, False)
    assert first["desirability"] == pytest.approx(0.4)


def test_flags(ranked: dict[str, dict[str, Any]]) -> None:
    assert ranked["GOOD"]["flags"] == []
    assert ranked["FAR"]["flags"] == ["out of domain: 2 of 2 models"]
    assert ranked["HEAVY"]["flags"] == [
        "MolWt 2,600 Da, above 1,500 Da: a peptide",
        "structural alerts, 1: PAINS: quinone_A(370)",
    ]


def test_a_structure_without_values_is_ranked_as_neutral(ranked: dict[str, dict[str, Any]]) -> None:
    bare = ranked[WITHOUT_PREDICTION]
    assert bare["score"] == bare["score_mean"] == 0.5
    assert bare["herg"] is None
    assert bare["flags"] == [
        "out of domain: 2 of 2 models",
        "no value, judged neutral: tumour, hERG block, sa_score",
    ]


def test_the_csv_is_safe_and_has_the_same_rows(tmp_path: Path) -> None:
    write_tables(tmp_path)
    _, table = rank(tmp_path)
    raw = (tmp_path / "ranking.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert [row["structure_id"] for row in rows] == table["structure_id"].to_pylist()
    assert rows[1]["name"] == "'=cmd|' /C calc'!A0"
    assert rows[1]["organisms"] == "海绵"
    assert rows[0]["names"] == "anti-halomon; halomon"
    assert float(rows[0]["score"]) == pytest.approx(table["score"][0].as_py(), rel=1e-6)
    assert "contributions" not in rows[0]


def test_the_order_of_the_inputs_does_not_matter(tmp_path: Path) -> None:
    for name, order in (("one", 1), ("other", -1)):
        write_tables(tmp_path / name, order)
        rank(tmp_path / name)
    files = [tmp_path / name / "ranking.csv" for name in ("one", "other")]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_units_travel_with_the_columns(tmp_path: Path) -> None:
    write_tables(tmp_path)
    _, table = rank(tmp_path)
    assert table.schema.field("MolWt").metadata[b"unit"] == b"Da"
    assert table.schema.field("herg__std").metadata[b"unit"] == b"probability"


def test_a_folder_with_a_quote_and_pattern_signs(tmp_path: Path) -> None:
    write_tables(tmp_path / "o'brien [1] *")
    counts, _ = rank(tmp_path / "o'brien [1] *")
    assert counts["n_ranked"] == 6
