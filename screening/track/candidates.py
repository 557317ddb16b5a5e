"""The candidates of the pick, as what MLflow's pages sort, filter and plot."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from screening.core.database import open_database, sql_table
from screening.core.markdown import escape_markdown
from screening.core.partitions import working_folder
from screening.track.fields import TAG_CHARS, joined_lines, mlflow_name, one_line

NAME_CHARS = 200
RUN_NAME_CHARS = 80
_TEXT_CHARS = 1_000
# MLflow cuts longer numbers in its tables; the exact ones stand in the ranking.
_DIGITS = 4
# Columns of the ranking that a candidate's run has as tags, where they are.
_TAGS = ("structure_id", "smiles", "tier", "marine")
_LISTS = ("compound_ids", "organisms", "flags")


@dataclass(frozen=True)
class Picked:
    """One candidate of the pick.

    Parameters
    ----------
    pick : its row of the table PICK.
    ranking : its row of the table RANKING, with the quantities judged.
    metrics : its numbers: all of the ranking's numeric columns that hold one.
    """

    pick: dict[str, Any]
    ranking: dict[str, Any]
    metrics: dict[str, float]


def read_picked(folder: Path) -> list[Picked]:
    """The candidates picked from a library, in order of the pick.

    Parameters
    ----------
    folder : folder of the library, with `ranking.parquet` and `pick.parquet`.

    Raises
    ------
    InputError : the ranking or the pick is missing.
    """
    ranking = sql_table(folder / "ranking.parquet")
    with working_folder(folder / "picked") as scratch, open_database(scratch) as database:
        pick = sql_table(folder / "pick.parquet")
        picks = database.sql(f"SELECT * FROM {pick} ORDER BY pick_number").to_arrow_table()
        rows = database.sql(
            f"SELECT r.* FROM {ranking} r SEMI JOIN {pick} USING (structure_id)"
        ).to_arrow_table()
    numbers = [field.name for field in rows.schema if _is_number(field)]
    by_structure = {row["structure_id"]: row for row in rows.to_pylist()}
    return [
        Picked(row, by_structure[row["structure_id"]], _metrics(row, numbers, by_structure))
        for row in picks.to_pylist()
    ]


def count_picked(picked: list[Picked]) -> dict[str, int]:
    """Candidates by what they were chosen for, in the order in which these first come."""
    counts: dict[str, int] = {}
    for one in picked:
        kind = one.pick["chosen_for"]
        counts[kind] = counts.get(kind, 0) + 1
    return counts


def run_name(picked: Picked) -> str:
    """Such as ``03 A03 halomon``: sorted by name, the runs stand in the order of the pick."""
    pick = picked.pick
    name = one_line(pick["name"], RUN_NAME_CHARS)
    return " ".join(filter(None, [f"{pick['pick_number']:02d}", pick["well"], name]))


def candidate_tags(picked: Picked, library: str, screen: str) -> dict[str, str]:
    """Tags of a candidate's run.

    Parameters
    ----------
    picked : the candidate.
    library : name of the library.
    screen : id of the screen's run.
    """
    row, pick = picked.ranking, picked.pick
    tags = {
        "kind": "candidate",
        "library": one_line(library, NAME_CHARS),
        "screen": screen,
        "name": one_line(pick["name"], NAME_CHARS),
        "well": pick["well"],
        "chosen_for": pick["chosen_for"],
        **{key: one_line(row[key], TAG_CHARS) for key in _TAGS if row.get(key)},
        **{key: one_line("; ".join(row[key]), _TEXT_CHARS) for key in _LISTS if row[key]},
        "mlflow.note.content": candidate_description(picked),
        "mlflow.parentRunId": screen,
        "mlflow.source.name": "screening",
    }
    if row["decision"]:
        tags["earlier_decision"] = row["decision"]
        tags["earlier_note"] = one_line(row["decision_note"] or "", _TEXT_CHARS)
    return {key: value for key, value in tags.items() if value}


def candidate_description(picked: Picked) -> str:
    """In Markdown: name, place, reasons and flags, user text escaped."""
    row, pick = picked.ranking, picked.pick
    organisms = "; ".join(row["organisms"]) or "organism not stated"
    lines = [
        f"**{escape_markdown(pick['name'])}**, {escape_markdown(organisms)}",
        "",
        f"Rank {row['rank']:,}, score {row['score']:.3f}, at face value {row['score_mean']:.3f}.",
        f"Picked: {escape_markdown(pick['reason'], _TEXT_CHARS)}",
        "",
        f"Why: {escape_markdown(row['why'], _TEXT_CHARS)}",
        "",
        *(f"- {escape_markdown(flag, _TEXT_CHARS)}" for flag in row["flags"]),
        "",
        "Decide with the tags `decision` (advance, hold or reject), `note` and `decided_by`.",
    ]
    return joined_lines(lines)


def _is_number(field: pa.Field) -> bool:
    """Numbers, and `pareto` as 0 or 1."""
    kinds = (pa.types.is_floating, pa.types.is_integer, pa.types.is_boolean)
    return any(is_kind(field.type) for is_kind in kinds)


def _metrics(
    pick: Mapping[str, Any], numbers: list[str], rows: Mapping[str, Mapping[str, Any]]
) -> dict[str, float]:
    row = rows[pick["structure_id"]]
    values = {name: row[name] for name in numbers}
    values["pick_number"] = pick["pick_number"]
    return {
        mlflow_name(name): float(value if isinstance(value, int) else f"{value:.{_DIGITS}g}")
        for name, value in values.items()
        if value is not None and math.isfinite(value)
    }
