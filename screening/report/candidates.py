"""The best candidates, read from the head of the ranking."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from screening.core.contribution import Contribution, parse_contributions
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
    tier: str
    known_as: tuple[str, ...]
    nearest_drug: str | None
    nearest_drug_similarity: float | None
    nearest_active: str | None
    nearest_active_similarity: float | None
    drugs_of_scaffold: tuple[str, ...]
    score: float
    score_mean: float
    domain_share: float | None
    pareto: bool
    top_share: float | None
    decision: str | None
    decision_note: str | None
    assayed: tuple[str, ...]
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
    names = [column.name for column in RANKING.columns]
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
    parts = parse_contributions(row["contributions"] or "")
    values["contributions"] = tuple(sorted(parts, key=lambda part: -abs(part.effect)))
    return Candidate(**values)
