"""The best candidates, read from the head of the ranking."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from screening.core.contribution import Contribution
from screening.core.partitions import read_partitions
from screening.core.tables import RANKING


@dataclass(frozen=True)
class Candidate:
    """One row of the ranking, its contributions parsed, those with the largest effect first."""

    rank: int
    structure_id: str
    smiles: str
    name: str
    compound_ids: tuple[str, ...]
    names: tuple[str, ...]
    synonyms: tuple[str, ...]
    organisms: tuple[str, ...]
    phyla: tuple[str, ...]
    known_for: tuple[str, ...]
    statuses: tuple[str, ...]
    references: tuple[str, ...]
    dois: tuple[str, ...]
    sources: tuple[str, ...]
    licences: tuple[str, ...]
    marine: str
    aphia_ids: tuple[int, ...]
    quarantine: tuple[str, ...]
    conflicts: tuple[str, ...]
    scaffold: str
    n_stereo_family: int
    score: float
    score_mean: float
    domain_share: float | None
    pareto: bool
    top_share: float | None
    decision: str | None
    decision_note: str | None
    flags: tuple[str, ...]
    why: str
    contributions: tuple[Contribution, ...]


def read_candidates(ranking: Path, top: int) -> list[Candidate]:
    """The `top` best candidates, in order of rank.

    Parameters
    ----------
    ranking : table `RANKING`, written in order of rank; only its head is read.

    Raises
    ------
    InputError : the table is missing or lacks a column.
    """
    names = [field.name for field in fields(Candidate)]
    candidates: list[Candidate] = []
    for table in read_partitions(ranking, RANKING, names):
        head = table.filter(pc.less_equal(table.column("rank"), top))
        candidates += [_candidate(row) for row in head.to_pylist()]
        if len(candidates) >= top:
            break
    return sorted(candidates, key=lambda candidate: candidate.rank)


def _candidate(row: dict[str, Any]) -> Candidate:
    values: dict[str, Any] = {
        key: tuple(item for item in value if item) if isinstance(value, list) else value
        for key, value in row.items()
    }
    values["contributions"] = _contributions(row["contributions"] or "[]")
    return Candidate(**values)


def _contributions(text: str) -> tuple[Contribution, ...]:
    known = [field.name for field in fields(Contribution)]
    parsed = [
        Contribution(**{key: entry[key] for key in known if key in entry})
        for entry in json.loads(text)
    ]
    return tuple(sorted(parsed, key=lambda entry: -abs(entry.effect)))
