"""What the methods section tells, gathered from configuration, statistics and manifests."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from screening.core.accounting import read_stats
from screening.core.bundle import SourceSpec
from screening.core.config import ScreenConfig
from screening.core.objectives import Limit, Objective
from screening.core.profiles import limits_of, objectives_of
from screening.report.models import UsedModel
from screening.report.summary import STAGES

# Lists of their own in the section.
_TOLD_APART = ("objectives", "limits")
_VALUE_CHARS = 200


@dataclass(frozen=True)
class StageFacts:
    """One stage: what it counted and what it was told.

    Parameters
    ----------
    counts : (what, number). settings : (dotted key, value as text).
    """

    name: str
    counts: tuple[tuple[str, int], ...]
    settings: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TrainingSource:
    """A published table that taught some endpoints."""

    source: SourceSpec
    endpoints: tuple[str, ...]


@dataclass(frozen=True)
class Citation:
    """What a part of the work rests on; `doi` may be empty."""

    part: str
    text: str
    doi: str


@dataclass(frozen=True)
class Methods:
    """Everything that the section tells."""

    stages: tuple[StageFacts, ...]
    objectives: tuple[tuple[Objective, float | None], ...]
    limits: tuple[Limit, ...]
    rank_settings: tuple[tuple[str, str], ...]
    sources: tuple[TrainingSource, ...]
    citations: tuple[Citation, ...]


def gather_methods(
    folder: Path,
    config: ScreenConfig | None,
    models: Sequence[UsedModel],
    shares: Mapping[tuple[str, str, str], float],
) -> Methods:
    """Gather the section's facts.

    Parameters
    ----------
    folder : folder of the screened library. config : of the screen; None if not known.
    models : those that predicted. shares : of each objective (column,
        over, group) in the score, as the ranking has them.
    """
    settings = config.model_dump(mode="json") if config else {}
    objectives = objectives_of(config.rank) if config else ()
    return Methods(
        tuple(_stages(folder, settings)),
        tuple((one, shares.get((one.column, one.over, one.group))) for one in objectives),
        limits_of(config.rank) if config else (),
        tuple(_flat(settings.get("rank", {}))),
        _training_sources(models),
        tuple(_citations()),
    )


def _stages(folder: Path, settings: Mapping[str, Any]) -> Iterator[StageFacts]:
    for stage in STAGES:
        path = folder / "stages" / stage / "stats.json"
        if not path.is_file():
            continue
        _, found = read_stats(path)
        counts = [
            (name.removeprefix("n_").replace("_", " "), int(value))
            for name, value in found.items()
            if isinstance(value, int)
        ]
        own = settings.get(stage, {}) if stage != "rank" else {}
        yield StageFacts(stage, tuple(counts), tuple(_flat(own)))


def _flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Settings with dotted keys; those that are not set are left out."""
    for name, value in settings.items():
        if name in _TOLD_APART or value is None or value == {}:
            continue
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            yield prefix + name, ", ".join(map(_told, value))[:_VALUE_CHARS]
        else:
            yield prefix + name, _told(value)[:_VALUE_CHARS]


def _told(value: Any) -> str:
    # A folder says nothing to a reader elsewhere, and may name a person; its last part is enough.
    return Path(value).name if isinstance(value, str) and "/" in value else str(value)


def _training_sources(models: Iterable[UsedModel]) -> tuple[TrainingSource, ...]:
    found: dict[tuple[str, str], tuple[SourceSpec, list[str]]] = {}
    for model in models:
        for endpoint in model.manifest.endpoints if model.manifest else ():
            for source in endpoint.sources:
                key = (source.table, source.citation)
                found.setdefault(key, (source, []))[1].append(endpoint.id)
    return tuple(
        TrainingSource(source, tuple(dict.fromkeys(names))) for source, names in found.values()
    )


def _citations() -> Iterator[Citation]:
    text = resources.files("screening.report").joinpath("citations.tsv").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True):
        yield Citation(row["for"], row["citation"], row["doi"] or "")
