"""The stage: the present ranking beside that of the screen before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from screening.compare.causes import Causes
from screening.compare.joined import compared_rows
from screening.compare.state import present_state, screen_before
from screening.compare.told import Told
from screening.core.database import open_database
from screening.core.history import RANKING_FILE, STATE, ScreenState, write_state
from screening.core.objectives import RankSettings
from screening.core.partitions import PartitionWriter, working_folder, write_text
from screening.core.tables import CHANGES

_SHOWN = ("structure_id", "name", "rank", "previous_rank", "score", "previous_score")


def compare_screens(folder: Path, settings: RankSettings) -> dict[str, int]:
    """Write what changed since the last screen of a library that differs from this one.

    Parameters
    ----------
    folder : folder of the library, with `ranking.parquet`, `predictions.parquet` and, after an
        earlier screen, `history/`. Gets the table CHANGES as `changes.parquet` (empty after a
        first screen), and in `stages/compare/` the summary `changes.json` and the present
        `state.json`.
    settings : those of the ranking.

    Returns
    -------
    Counts `n_entered`, `n_left`, `n_up`, `n_down`, `n_same`, `n_moved`.

    Raises
    ------
    InputError : a table is missing, or what is kept of an earlier screen is damaged.
    """
    now = present_state(folder, settings)
    found = screen_before(folder, now)
    told = Told()
    output = folder / "changes.parquet"
    with PartitionWriter(output, CHANGES.arrow()) as writer:
        if found:
            for rows in _changes(folder, *found, now):
                for row in rows:
                    told.add(row)
                writer.write_rows(rows)
    summary = told.summary(now, found[1] if found else None)
    stage = folder / "stages/compare"
    write_text(stage / "changes.json", json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
    write_state(stage / STATE, now)
    return told.counts()


def _changes(
    folder: Path, snapshot: Path, before: ScreenState, now: ScreenState
) -> Iterator[list[dict[str, Any]]]:
    """Rows of the table CHANGES, a partition's worth at a time."""
    causes = Causes(now, before)
    with working_folder(folder / "changes.parquet") as scratch, open_database(scratch) as database:
        tables = folder / "ranking.parquet", snapshot / RANKING_FILE
        for table in compared_rows(database, *tables, scratch):
            yield [_change(row, causes) for row in table.to_pylist()]


def _change(row: dict[str, Any], causes: Causes) -> dict[str, Any]:
    found, reason = causes.of(row)
    shown = {key: row[key] for key in _SHOWN}
    return {**shown, "change": _kind(row), "causes": found, "reason": reason}


def _kind(row: dict[str, Any]) -> str:
    rank, previous = row["rank"], row["previous_rank"]
    if previous is None:
        return "entered"
    if rank is None:
        return "left"
    if rank == previous:
        return "same"
    return "up" if rank < previous else "down"
