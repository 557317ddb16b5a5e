"""Keeps a ranking for the comparison with the library's next screen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from screening.core import partitions
from screening.core.history import RANKING_FILE, STATE, read_state, snapshots, write_state
from screening.core.tables import RANKING, SNAPSHOT


def keep_snapshot(folder: Path, run_id: str) -> None:
    """Keep the present ranking as the last one, and the last one as the previous.

    A screen that is recorded again without a change of its ranking keeps the previous one. Each
    step is a move: after a kill at any point one of the two is whole, and the next call mends it.

    Parameters
    ----------
    folder : folder of the library, with `ranking.parquet` and `stages/compare/state.json`.
    run_id : MLflow run of the screen; empty while it waits for its server.

    Raises
    ------
    InputError : the comparison has not been made.
    """
    state = replace(read_state(folder / "stages/compare" / STATE), run_id=run_id)
    last, previous = snapshots(folder)
    if last.is_dir() and read_state(last / STATE).ranking == state.ranking:
        write_state(last / STATE, state)
        return
    partial = last.with_name(f".{last.name}.partial")
    partitions.remove(partial)
    names = [column.name for column in SNAPSHOT.columns]
    with partitions.PartitionWriter(partial / RANKING_FILE, SNAPSHOT.arrow()) as writer:
        for table in partitions.read_partitions(folder / RANKING_FILE, RANKING, names):
            writer.write(table)
    write_state(partial / STATE, state)
    if last.is_dir():
        partitions.replace(last, previous)
    partial.rename(last)
