"""What decided the present ranking, and the screen that it is compared with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq

from screening.core.history import STATE, ScreenState, ranking_digest, read_state, snapshots
from screening.core.objectives import RankSettings
from screening.core.partitions import partition_files
from screening.core.profiles import filled


def present_state(folder: Path, settings: RankSettings) -> ScreenState:
    """The state of the ranking in a library's folder.

    Raises
    ------
    InputError : the ranking or the predictions are missing.
    """
    return ScreenState(
        ranking=ranking_digest(folder / "ranking.parquet"),
        models=_models(folder / "predictions.parquet", folder / "ranking.parquet"),
        settings=filled(settings).model_dump(mode="json"),
        date=datetime.now(UTC).date().isoformat(),
    )


def screen_before(folder: Path, now: ScreenState) -> tuple[Path, ScreenState] | None:
    """The newest snapshot of another state, and that state; None for a first screen.

    Raises
    ------
    InputError : a snapshot is damaged.
    """
    for snapshot in snapshots(folder):
        if snapshot.is_dir():
            state = read_state(snapshot / STATE)
            if state.ranking != now.ranking:
                return snapshot, state
    return None


def _models(predictions: Path, ranking: Path) -> dict[str, dict[str, str]]:
    """The model of each endpoint that the ranking judges, as the predictions' metadata name it."""
    judged = set(pq.read_schema(partition_files(ranking)[0]).names)
    models = {}
    for field in pq.read_schema(partition_files(predictions)[0]):
        facts = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
        if "model_digest" in facts and facts.get("endpoint") == field.name and field.name in judged:
            models[field.name] = {
                "name": facts["model"],
                "version": facts["model_version"],
                "digest": facts["model_digest"],
            }
    return models
