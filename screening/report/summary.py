"""The summary of a screen: counts, costs and the ten best, as JSON for scripts and MLflow."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from screening.core.accounting import Cost, read_stats
from screening.core.partitions import count_rows, write_text
from screening.report.candidates import Candidate
from screening.report.files import naming_damage

BEST = 10
STAGES = (
    "ingest",
    "standardise",
    "describe",
    "predict",
    "ledger",
    "curate",
    "dereplicate",
    "rank",
    "pick",
    "compare",
    "explain",
    "report",
    "track",
)
_TABLES = ("compounds", "rejects", "structures", "ranking")


def count_tables(folder: Path) -> dict[str, int]:
    """Rows of a screen's tables; a record is a compound or a reject.

    Parameters
    ----------
    folder : folder of one screened library.

    Raises
    ------
    InputError : a table is missing or damaged.
    """
    n = {name: _count(folder / f"{name}.parquet") for name in _TABLES}
    return {
        "n_records": n["compounds"] + n["rejects"],
        "n_compounds": n["compounds"],
        "n_rejects": n["rejects"],
        "n_structures": n["structures"],
        "n_ranked": n["ranking"],
    }


def _count(table: Path) -> int:
    with naming_damage(table):
        return count_rows(table)


def stage_costs(folder: Path) -> dict[str, Cost]:
    """The cost of each stage that has left its statistics, in order of the work."""
    costs = {}
    for stage in STAGES:
        path = folder / "stages" / stage / "stats.json"
        if path.is_file():
            costs[stage], _ = read_stats(path)
    return costs


def best_candidates(candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
    """The ten best as plain values."""
    return [
        {
            "rank": candidate.rank,
            "name": candidate.name,
            "organism": "; ".join(candidate.organisms),
            "score": round(candidate.score, 4),
            "why": candidate.why,
            "flags": list(candidate.flags),
            "structure_id": candidate.structure_id,
            "smiles": candidate.smiles,
        }
        for candidate in candidates[:BEST]
    ]


def write_summary(output: Path, facts: Mapping[str, Any]) -> None:
    """Write the summary as JSON, atomically.

    Parameters
    ----------
    output : the JSON file.
    facts : JSON-like values.
    """
    write_text(output, json.dumps(facts, indent=2, ensure_ascii=False) + "\n")
