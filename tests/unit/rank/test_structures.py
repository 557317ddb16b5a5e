from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from screening.core.assays_table import Assay, write_assays
from screening.core.decisions_table import Decision
from screening.core.objectives import Limit, Objective, RankSettings
from screening.core.partitions import PartitionWriter, read_table
from screening.core.tables import (
    COMPOUNDS,
    DESCRIPTORS,
    EVIDENCE,
    FAMILIES,
    KNOWN,
    PREDICTIONS,
    RANKING,
    STRUCTURES,
    Column,
)
from screening.rank.structures import rank_structures
from screening.rank.tables import ScreenTables

SETTINGS = RankSettings(
    objectives=(
        Objective(column="tumour", worst=0, best=1, weight=2),
        Objective(column="herg", label="hERG block", worst=1, best=0),
        Objective(column="sa_score", worst=9, best=4, weight=0.5),
    ),
    limits=(Limit(column="MolWt", relation="above", value=1500, reason="a peptide"),),
)
# structure → tumour, herg, in domain, sa_score, MolWt, alerts
FACTS: dict[str, tuple[float | None, float | None, str, float, float, list[str]]] = {
    "GOOD": (0.9, 0.1, "in", 4.0, 400.0, []),
    "TWIN": (0.9, 0.1, "in", 4.0, 400.0, []),
    "FAR": (0.9, 0.1, "out", 4.0, 400.0, []),
    "HEAVY": (0.8, 0.2, "in", 6.0, 2600.0, ["PAINS: quinone_A(370)"]),
    "WEAK": (0.1, 0.9, "in", 5.0, 300.0, []),
}
WITHOUT_PREDICTION = "BARE"


def compound(number: int, structure: str, **values: Any) -> dict[str, Any]:
    return {
        "synonyms": [],
        "organisms": [],
        "references": [],
        "dois": [],
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
    compound(
        1,
        "GOOD",
        name="halomon",
        organisms=["Portieria", "Dysidea"],
        dois=["10.1/b", "10.1/c"],
        synonyms=["compound 1", ""],
        licence="CC0-1.0",
        conflicts=["stated formula CH4, the structure gives C2H6"],
    ),
    compound(2, "GOOD", name="anti-halomon", organisms=["Portieria"], dois=["10.1/a", "10.1/b"]),
    compound(3, "TWIN", name="=cmd|' /C calc'!A0", organisms=["海绵"]),
    compound(4, "FAR", name="", organisms=["Dysidea"]),
    compound(5, "HEAVY", name="δ-conotoxin"),
    compound(6, "WEAK", name="<script>alert(1)</script>"),
    compound(7, WITHOUT_PREDICTION, name="lost"),
]


# compound → structure, verdict, AphiaIDs, phylum; compound 7 has no row.
EVIDENCE_ROWS = [
    ("c1", "GOOD", "marine", [20, 10], "Rhodophyta"),
    ("c2", "GOOD", "unknown", [], None),
    ("c3", "TWIN", "marine", [10], "Porifera"),
    ("c4", "FAR", "not marine", [], None),
    ("c5", "HEAVY", "marine", [], ""),
    ("c6", "WEAK", "unknown", [], None),
]
# structure → other stereoisomers, quarantine, conflicts; the structure without values has no row.
FAMILY_ROWS: dict[str, tuple[list[str], list[str], list[str]]] = {
    "GOOD": (["TWIN", "FAR"], [], ['the name "halomon" is also on WEAK']),
    "TWIN": (["GOOD", "FAR"], [], []),
    "FAR": ([], [], []),
    "HEAVY": ([], ["likely synthetic: azide", "approved drug: x"], []),
    "WEAK": ([], [], []),
}
# structure → tier, what it is known as.
KNOWN_ROWS: dict[str, tuple[str, list[str]]] = {
    "GOOD": ("known", ["stereoisomer of halomon (marine reference, preclinical)"]),
    "TWIN": ("analogue", []),
    "FAR": ("novel", []),
}


def write(path: Path, schema: pa.Schema, rows: list[dict[str, Any]]) -> None:
    with PartitionWriter(path, schema, rows_per_partition=2) as writer:
        writer.write_rows(rows)


def write_tables(folder: Path, order: int = 1) -> None:
    """The seven tables; `order` -1 writes all rows the other way round."""
    names = [*FACTS, WITHOUT_PREDICTION][::order]
    structures = [
        {"structure_id": n, "flat_key": n, "smiles": f"C{n}", "stereo": "none", "n_compounds": 1}
        for n in names
    ]
    write(folder / "structures.parquet", STRUCTURES.arrow(), structures)
    write(folder / "compounds.parquet", COMPOUNDS.arrow(), COMPOUND_ROWS[::order])
    names = ("compound_id", "structure_id", "marine", "aphia_ids", "phylum")
    evidence = [{**dict(zip(names, row, strict=True)), "taxa": []} for row in EVIDENCE_ROWS]
    write(folder / "evidence.parquet", EVIDENCE.arrow(), evidence[::order])
    families = [
        {"structure_id": name, "flat_key": name, "stereo_family": isomers, "scaffold": "C1CC1",
         "n_scaffold": 5, "quarantine": quarantine, "conflicts": conflicts}
        for name, (isomers, quarantine, conflicts) in FAMILY_ROWS.items()
    ]  # fmt: skip
    write(folder / "families.parquet", FAMILIES.arrow(), families[::order])
    known = [
        {"structure_id": name, "tier": tier, "known_as": known_as, "nearest_drug": "eribulin",
         "nearest_drug_similarity": 0.25, "drugs_of_scaffold": []}
        for name, (tier, known_as) in KNOWN_ROWS.items()
    ]  # fmt: skip
    write(folder / "known.parquet", KNOWN.arrow(), known[::order])
    predicted = [
        Column("tumour", pa.float32(), "x", "probability"),
        Column("tumour__std", pa.float32(), "x", "probability"),
        Column("tumour__domain", pa.string(), "x"),
        Column("herg", pa.float32(), "x", "probability"),
        Column("herg__std", pa.float32(), "x", "probability"),
        Column("herg__domain", pa.string(), "x"),
        Column("herg__neighbour", pa.string(), "x"),
    ]
    rows = [
        {"structure_id": name, "tumour": tumour, "tumour__std": 0.05, "tumour__domain": verdict,
         "herg": herg, "herg__std": 0.1, "herg__domain": verdict}
        for name, (tumour, herg, verdict, *_) in FACTS.items()
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
    output = folder / "ranking.parquet"
    counts = rank_structures(ScreenTables.of_screen(folder), output, settings=settings)
    return counts, read_table(output, RANKING)


@pytest.fixture
def ranked(tmp_path: Path) -> dict[str, dict[str, Any]]:
    write_tables(tmp_path)
    _, table = rank(tmp_path)
    return {row["structure_id"]: row for row in table.to_pylist()}


def test_every_structure_is_ranked_once(tmp_path: Path) -> None:
    write_tables(tmp_path)
    counts, table = rank(tmp_path)
    assert counts == {
        "n_structures": 6,
        "n_ranked": 6,
        "n_flagged": 4,
        "n_out_of_domain": 2,
        "n_pareto": 2,
    }
    assert table["rank"].to_pylist() == [1, 2, 3, 4, 5, 6]
    assert sorted(table["structure_id"].to_pylist()) == sorted([*FACTS, WITHOUT_PREDICTION])
    scores = table["score"].to_pylist()
    assert scores == sorted(scores, reverse=True)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_order_is_what_a_chemist_expects(ranked: dict[str, dict[str, Any]]) -> None:
    # Equal scores are ordered by the first of their compounds.
    assert [ranked[name]["rank"] for name in ("GOOD", "TWIN", "HEAVY")] == [1, 2, 3]
    assert ranked["GOOD"]["score"] == ranked["TWIN"]["score"]
    assert ranked["FAR"]["score"] < ranked["GOOD"]["score"]
    assert ranked["FAR"]["score_mean"] == ranked["GOOD"]["score_mean"]
    assert ranked["WEAK"]["rank"] == 6


def test_equal_scores_are_ordered_by_the_first_compound(tmp_path: Path) -> None:
    write_tables(tmp_path)
    swapped = {"c1": "TWIN", "c2": "TWIN", "c3": "GOOD"}
    rows = [
        {**row, "structure_id": swapped.get(row["compound_id"], row["structure_id"])}
        for row in COMPOUND_ROWS
    ]
    write(tmp_path / "compounds.parquet", COMPOUNDS.arrow(), rows)
    _, table = rank(tmp_path)
    assert table["structure_id"].to_pylist()[:2] == ["TWIN", "GOOD"]


def test_the_front_and_the_shares_of_draws(tmp_path: Path) -> None:
    write_tables(tmp_path)
    _, table = rank(tmp_path, SETTINGS.model_copy(update={"top": 2}))
    rows = {row["structure_id"]: row for row in table.to_pylist()}
    # All wishes are of one aim: nothing is better than the two best, which are alike.
    assert [name for name, row in rows.items() if row["pareto"]] == ["GOOD", "TWIN"]
    assert sum(row["top_share"] for row in rows.values()) == pytest.approx(2)
    assert rows["GOOD"]["top_share"] > 0.9
    assert rows["WEAK"]["top_share"] == 0
    _, table = rank(tmp_path, SETTINGS.model_copy(update={"draws": 0}))
    assert table["top_share"].null_count == 6


def test_the_provenance_is_judged(tmp_path: Path) -> None:
    write_tables(tmp_path)
    objectives = tuple(
        Objective(column=column, worst=worst, best=best)
        for column, worst, best in (
            ("has_organism", 0, 1), ("is_marine", 0, 1), ("is_quarantined", 1, 0),
            ("has_conflict", 1, 0), ("n_compounds", 0, 2), ("n_organisms", 0, 2), ("n_dois", 0, 3),
        )
    )  # fmt: skip
    _, table = rank(tmp_path, RankSettings(profile="custom", objectives=objectives))
    rows = {row["structure_id"]: row for row in table.to_pylist()}
    names = [one.column for one in objectives]
    assert [rows["GOOD"][name] for name in names] == [1, 1, 0, 1, 2, 2, 3]
    assert [rows["HEAVY"][name] for name in names] == [0, 1, 1, 0, 1, 0, 0]
    assert [rows["WEAK"][name] for name in names] == [0, None, 0, 0, 1, 0, 0]
    assert rows["FAR"]["is_marine"] == 0
    assert rows["HEAVY"]["why"].startswith("has_organism no (−0.56), is_quarantined yes (−0.56)")


def test_decisions_are_shown_and_nothing_is_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tables(tmp_path)
    before, undecided = rank(tmp_path)
    made = {
        key: Decision(key, "", decision, note, "", "", "", "")
        for key, decision, note in (("GOOD", "reject", "toxic\n" * 100), ("FAR", "hold", ""))
    }
    monkeypatch.setattr("screening.rank.gathered.read_decisions", lambda _: made)
    tables = ScreenTables.of_screen(tmp_path, tmp_path / "decisions.csv")
    counts = rank_structures(tables, tmp_path / "decided.parquet", settings=SETTINGS)
    assert counts["n_ranked"] == before["n_ranked"]
    rows = {row["structure_id"]: row for row in read_table(
        tmp_path / "decided.parquet", RANKING).to_pylist()}  # fmt: skip
    assert list(rows) == undecided["structure_id"].to_pylist()
    assert (rows["GOOD"]["decision"], rows["GOOD"]["decision_note"]) == ("reject", "toxic\n" * 100)
    assert rows["GOOD"]["flags"][0].startswith(
        "decision: rejected after an earlier screen: toxic t"
    )
    assert (rows["FAR"]["decision"], rows["FAR"]["decision_note"]) == ("hold", None)
    assert not any(flag.startswith("decision") for flag in rows["FAR"]["flags"])
    assert (rows["TWIN"]["decision"], rows["TWIN"]["decision_note"]) == (None, None)


def test_what_the_bench_measured_is_shown_and_moves_nothing(
    tmp_path: Path, ranked: dict[str, dict[str, Any]]
) -> None:
    write_tables(tmp_path)
    rows = [
        Assay(
            str(n), key, "C", 16.0, None, endpoint, "=", value, unit, None, None, None, "b.csv", n
        )
        for n, (key, endpoint, value, unit) in enumerate(
            [
                ("GOOD", "tox EC50", 1.0, "µM"),
                ("GOOD", "tox EC50", 10.0, "µM"),
                ("GOOD", "=x", 5.0, "%"),
            ]
        )
    ]
    write_assays(tmp_path / "assays.parquet", rows)
    tables = ScreenTables.of_screen(tmp_path, assays=tmp_path / "assays.parquet")
    rank_structures(tables, tmp_path / "assayed.parquet", settings=SETTINGS)
    found = read_table(tmp_path / "assayed.parquet", RANKING).to_pylist()
    assert [one["structure_id"] for one in found] == list(ranked)
    assert {one["structure_id"]: one["assayed"] for one in found if one["assayed"]} == {
        "GOOD": ["=x: 5 % (n=1)", "tox EC50: pEC50 5.50 (n=2)"]
    }


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
    assert good["organisms"] == ["Dysidea", "Portieria"]
    assert good["dois"] == ["10.1/a", "10.1/b", "10.1/c"]
    assert good["synonyms"] == ["compound 1"]
    assert good["sources"] == ["lib.csv"]
    assert good["licences"] == ["CC0-1.0"]
    assert good["phyla"] == ["Rhodophyta"]
    assert ranked["FAR"]["name"] == "c4"  # without a name, the compound's id
    assert ranked["FAR"]["names"] == []


def test_evidence_and_family_are_carried(ranked: dict[str, dict[str, Any]]) -> None:
    good = ranked["GOOD"]
    assert (good["marine"], good["aphia_ids"]) == ("marine", [10, 20])
    assert (good["scaffold"], good["n_stereo_family"]) == ("C1CC1", 2)
    assert good["conflicts"] == [
        "stated formula CH4, the structure gives C2H6",
        'the name "halomon" is also on WEAK',
    ]
    assert ranked["HEAVY"]["quarantine"] == ["likely synthetic: azide", "approved drug: x"]
    assert ranked["HEAVY"]["phyla"] == []
    bare = ranked[WITHOUT_PREDICTION]
    assert (bare["marine"], bare["scaffold"], bare["n_stereo_family"]) == ("unknown", "", 0)


def test_what_is_known_is_carried(ranked: dict[str, dict[str, Any]]) -> None:
    good = ranked["GOOD"]
    assert good["tier"] == "known"
    assert good["known_as"] == ["stereoisomer of halomon (marine reference, preclinical)"]
    assert (good["nearest_drug"], good["nearest_drug_similarity"]) == ("eribulin", 0.25)
    assert (good["nearest_active"], good["nearest_active_similarity"]) == (None, None)
    bare = ranked[WITHOUT_PREDICTION]  # has no row in the table of what is known
    assert (bare["tier"], bare["known_as"], bare["drugs_of_scaffold"]) == ("novel", [], [])


def test_compounds_of_different_places_are_marine_and_other(tmp_path: Path) -> None:
    write_tables(tmp_path)
    rows = [("c1", "marine"), ("c2", "not marine")]
    evidence = [
        {"compound_id": name, "structure_id": "GOOD", "marine": verdict, "aphia_ids": [],
         "taxa": []}
        for name, verdict in rows
    ]  # fmt: skip
    write(tmp_path / "evidence.parquet", EVIDENCE.arrow(), evidence)
    _, table = rank(tmp_path)
    assert table["marine"][table["structure_id"].to_pylist().index("GOOD")].as_py() == (
        "marine and other"
    )


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
    assert ranked["TWIN"]["flags"] == []
    assert ranked["GOOD"]["flags"] == [
        "conflict: stated formula CH4, the structure gives C2H6 and 1 more"
    ]
    assert ranked["FAR"]["flags"] == [
        "not marine: its organisms live on land or in fresh water",
        "out of domain: 2 of 2 models",
    ]
    assert ranked["HEAVY"]["flags"] == [
        "MolWt 2,600 Da, above 1,500 Da: a peptide",
        "quarantine: likely synthetic: azide",
        "quarantine: approved drug: x",
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
