"""Atoms of the best candidates, for the wish that weighs most."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from screening.core.contribution import leading_wish, parse_contributions
from screening.core.errors import ConfigError, InputError
from screening.core.partitions import PartitionWriter, read_table
from screening.core.tables import EXPLANATIONS, RANKING, STRINGS
from screening.predict.explain_candidates import MAX_ATOMS, explain_candidates

NITROBIPHENYL = "O=[N+]([O-])c1ccc(-c2ccccc2)cc1"
MODELS = ("models/toxicity", "models/activity")


def part(column: str, share: float, **changes: Any) -> dict[str, Any]:
    usual = {
        "column": column,
        "label": column,
        "group": "",
        "value": 0.5,
        "unit": "probability",
        "std": 0.1,
        "desirability": 0.5,
        "in_domain": True,
        "effect": 0.0,
    }
    return {**usual, "share": share, **changes}


def ranking(folder: Path, smiles: list[str], parts: list[dict[str, Any]]) -> Path:
    lists = {column.name: [] for column in RANKING.columns if column.type == STRINGS}
    rows = [
        {
            **lists,
            "aphia_ids": [],
            "rank": rank,
            "structure_id": f"S{rank}",
            "smiles": one,
            "name": f"compound {rank}",
            "marine": "unknown",
            "scaffold": "",
            "n_stereo_family": 0,
            "tier": "novel",
            "score": 0.5,
            "score_mean": 0.5,
            "pareto": False,
            "why": "",
            "contributions": json.dumps(parts),
        }
        for rank, one in enumerate(smiles, start=1)
    ]
    path = folder / "ranking.parquet"
    with PartitionWriter(path, RANKING.arrow()) as writer:
        writer.write_rows(rows)
    return path


def test_the_heaviest_predicted_wish_leads() -> None:
    parts = [
        part("sa_score", 0.5, in_domain=None),
        part("herg", 0.2),
        part("colon", 0.15, group="panels"),
        part("renal", 0.15, group="panels"),
    ]
    wish = leading_wish(parse_contributions(json.dumps(parts)))
    assert [one.column for one in wish] == ["colon", "renal"]
    assert leading_wish(()) == ()


def test_atoms_of_the_first_are_explained(tmp_path: Path) -> None:
    output = tmp_path / "explanations.parquet"
    table = ranking(
        tmp_path, [NITROBIPHENYL, "C" * (MAX_ATOMS + 1), "CCO", "CO"], [part("ames", 1)]
    )
    assert explain_candidates(table, MODELS, output, 3) == 2
    rows = read_table(output, EXPLANATIONS).to_pylist()
    assert [row["structure_id"] for row in rows] == ["S1", "S3"]
    assert rows[0]["wish"] == "ames"
    assert rows[0]["scale"] == "log odds"
    atoms = rows[0]["contributions"]
    assert len(atoms) == 15
    # The nitro group (atoms 0 to 2) is what makes it a mutagen, its nitrogen most of all.
    assert max(atoms) == atoms[1]
    assert sum(atoms[:3]) > sum(atoms[4:10])


@pytest.mark.parametrize("parts", [[], [part("sa_score", 1, in_domain=None)]])
def test_nothing_predicted_nothing_explained(tmp_path: Path, parts: list[dict[str, Any]]) -> None:
    output = tmp_path / "explanations.parquet"
    assert explain_candidates(ranking(tmp_path, ["CCO"], parts), MODELS, output, 5) == 0
    assert read_table(output, EXPLANATIONS).num_rows == 0


def test_an_empty_ranking_has_no_explanations(tmp_path: Path) -> None:
    output = tmp_path / "explanations.parquet"
    assert explain_candidates(ranking(tmp_path, [], []), MODELS, output, 5) == 0


def test_other_models_are_refused_in_a_line(tmp_path: Path) -> None:
    table = ranking(tmp_path, ["CCO"], [part("ames", 1)])
    with pytest.raises(ConfigError, match="no model predicts 'ames'"):
        explain_candidates(table, ["models/activity"], tmp_path / "out.parquet", 5)


def test_a_missing_ranking_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"ranking\.parquet: no such table"):
        explain_candidates(tmp_path / "ranking.parquet", MODELS, tmp_path / "out.parquet", 5)
