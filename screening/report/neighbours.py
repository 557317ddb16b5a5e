"""The nearest training structures of a candidate, and the drug that it is likest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screening.core.contribution import Contribution
from screening.core.tables import KNOWN
from screening.report.candidates import Candidate
from screening.report.curation.pictures import Picture, picture
from screening.report.optional import read_rows
from screening.report.references import Reference, find_references
from screening.report.verdicts import Verdict

# Neighbours drawn of one candidate: more than these are less like it than the first.
SHOWN = 4
_POSITIVE = 0.5


@dataclass(frozen=True)
class Finding:
    """What a neighbour was measured to be for one wish.

    Parameters
    ----------
    label : the objective, or its group.
    n, n_told, n_positive : endpoints for which it is the neighbour; of these, with a label that may
        be passed on; of these, positive. Values are no classes: `n_positive` is then None.
    value, unit : its value where it is one.
    """

    label: str
    n: int
    n_told: int
    n_positive: int | None
    value: float | None
    unit: str


@dataclass(frozen=True)
class Neighbour:
    """A structure beside a candidate.

    Parameters
    ----------
    name : what it is called; empty if not known. key : first block of its InChIKey.
    similarity : Tanimoto on counts, 0 to 1.
    picture : its drawing; None where its structure is not at hand.
    findings : its labels; empty for a drug.
    """

    name: str
    key: str
    similarity: float
    picture: Picture | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """What lies nearest to a candidate."""

    drug: Neighbour | None
    training: tuple[Neighbour, ...]


def read_surroundings(
    candidates: Sequence[Candidate],
    verdicts: Mapping[str, Mapping[str, Verdict]],
    folder: Path,
) -> dict[str, Surroundings]:
    """The surroundings of some candidates, by structure.

    Parameters
    ----------
    candidates : those to look at. verdicts : by structure and endpoint.
    folder : of the screened library; `known.parquet` may be missing.

    Raises
    ------
    InputError : a table is damaged.
    """
    ids = [candidate.structure_id for candidate in candidates]
    drugs = {row["structure_id"]: row for row in read_rows(folder / "known.parquet", KNOWN, ids)}
    nearest = {
        candidate.structure_id: _by_key(
            candidate.contributions, verdicts.get(candidate.structure_id, {})
        )
        for candidate in candidates
    }
    references = find_references({key for its in nearest.values() for key in its}, folder)
    return {
        name: Surroundings(
            _drug(drugs.get(name)),
            tuple(_neighbour(key, its[key], references) for key in _likest(its)),
        )
        for name, its in nearest.items()
    }


def _by_key(
    parts: Sequence[Contribution], verdicts: Mapping[str, Verdict]
) -> dict[str, list[tuple[Contribution, Verdict]]]:
    """The predictions of a candidate by the key of their neighbour."""
    found: dict[str, list[tuple[Contribution, Verdict]]] = {}
    for part in parts:
        # A difference of two predictions has no neighbour of its own.
        verdict = None if part.over else verdicts.get(part.column)
        if verdict is not None and verdict.neighbour:
            found.setdefault(verdict.neighbour, []).append((part, verdict))
    return found


def _likest(found: Mapping[str, Sequence[tuple[Contribution, Verdict]]]) -> Collection[str]:
    def order(key: str) -> tuple[float, int, str]:
        return (-(found[key][0][1].similarity or 0.0), -len(found[key]), key)

    return sorted(found, key=order)[:SHOWN]


def _neighbour(
    key: str,
    predictions: Sequence[tuple[Contribution, Verdict]],
    references: Mapping[str, Reference],
) -> Neighbour:
    known = references.get(key, Reference("", ""))
    wishes: dict[str, list[tuple[Contribution, Verdict]]] = {}
    for part, verdict in predictions:
        wishes.setdefault(part.group or part.label, []).append((part, verdict))
    return Neighbour(
        known.name,
        key,
        predictions[0][1].similarity or 0.0,
        picture(known.smiles, known.name or key) if known.smiles else None,
        tuple(_finding(label, its) for label, its in wishes.items()),
    )


def _finding(label: str, its: Sequence[tuple[Contribution, Verdict]]) -> Finding:
    told = [verdict.label for _, verdict in its if verdict.label is not None]
    part, verdict = its[0]
    classes = verdict.kind == "classification"
    return Finding(
        label,
        len(its),
        len(told),
        sum(one >= _POSITIVE for one in told) if classes else None,
        None if classes or not told else told[0],
        part.unit,
    )


def _drug(row: Mapping[str, Any] | None) -> Neighbour | None:
    if row is None or not row["nearest_drug"]:
        return None
    smiles, name = row["nearest_drug_smiles"] or "", row["nearest_drug"]
    return Neighbour(
        name,
        "",
        row["nearest_drug_similarity"] or 0.0,
        picture(smiles, name) if smiles else None,
    )
