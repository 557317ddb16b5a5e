"""Records a screen in MLflow: now, or later where its server is away; once in any case."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from screening.core.accounting import COSTS, Cost, read_stats
from screening.core.addresses import public_uri
from screening.core.costs import stated_costs
from screening.core.errors import InputError
from screening.core.lock import only_one
from screening.core.partitions import write_text
from screening.core.prices import AccountingSettings
from screening.track.away import StoreAway
from screening.track.candidates import count_picked, read_picked
from screening.track.recording import FILES, record_run
from screening.track.request import DRAFT, Request, make_request
from screening.track.snapshot import keep_snapshot
from screening.track.store import Store

CHANGES = "stages/compare/changes.json"


def track_screen(
    folder: Path,
    store: Store,
    sources: Sequence[Path],
    config_digest: str,
    config: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Record a screened library as one run of its experiment, if the store's server answers.

    Parameters
    ----------
    folder : folder of the library with its tables, report and `stages/report/summary.json`.
    store : where to record.
    sources : the library's files; their names and SHA-256 become the run's dataset.
    config_digest : digest of the configuration.
    config : the configuration, for the run's parameters.

    Returns
    -------
    The summary with the run's id, experiment and store. Where the server is away, the id is None
    and `mlflow_pending` says why; `track.sync` records the screen later.

    Raises
    ------
    InputError : the report has not been written, or a source or result is gone.
    ConfigError : a database cannot be used, or a server refuses.
    """
    request = make_request(folder, sources, config_digest, config or {})
    return record_screen(folder, store, request, may_wait=True)


def record_screen(
    folder: Path,
    store: Store,
    request: Request,
    say: Callable[[str], None] | None = None,
    *,
    may_wait: bool = False,
) -> dict[str, Any]:
    """Record a screen, as `track_screen` and `track.sync` do.

    Whoever comes second waits, finds the run and records nothing.

    Parameters
    ----------
    folder, store : as in `track_screen`.
    request : what to record it with.
    say : told when another process records the same screen.
    may_wait : a server that is away leaves the screen to `track.sync`.

    Raises
    ------
    InputError, ConfigError : as `track_screen`.
    StoreAway : the server does not answer, and the screen may not wait.
    """
    summary = _draft_summary(folder, request)
    with only_one(folder / "stages/track/lock", say or _say, "recording this screen"):
        # Reading the pick takes a scratch folder, which two processes must not share.
        picked = read_picked(folder)
        summary["pick"] = count_picked(picked)
        try:
            ids = record_run(folder, store, request, summary, picked)
        except StoreAway as away:
            if not may_wait:
                raise
            keep_snapshot(folder, "")
            return summary | _place(store) | {"mlflow_run_id": None, "mlflow_pending": away.problem}
        summary |= _place(store) | ids
        keep_snapshot(folder, summary["mlflow_run_id"])
    return summary


def add_cost(summary: dict[str, Any], stage: str, cost: Cost) -> None:
    """Add a stage's cost to a summary, and to the sums in it."""
    stages = {
        name: Cost(**{key: stated[key] for key in COSTS if key in stated})
        for name, stated in summary["stages"].items()
    }
    prices = AccountingSettings(**summary.get("costs", {}).get("prices", {}))
    summary |= stated_costs({**stages, stage: cost}, summary["n_compounds"], prices)


def write_summary(path: Path, summary: Mapping[str, Any]) -> None:
    """Write the final `summary.json`, atomically."""
    write_text(path, json.dumps(summary, indent=2, ensure_ascii=False) + "\n")


def _draft_summary(folder: Path, request: Request) -> dict[str, Any]:
    """The summary that the report left, with the report's cost, and what changed."""
    for name in (*FILES, CHANGES):
        if not (folder / name).is_file():
            raise InputError(f"{folder / name}: no such file", "run the screen again")
    summary: dict[str, Any] = json.loads((folder / DRAFT).read_text(encoding="utf-8"))
    stats = (folder / DRAFT).with_name("stats.json")
    if stats.is_file():
        cost, _ = read_stats(stats)
        add_cost(summary, "report", cost)
    summary["config_digest"] = request.config_digest or summary["config_digest"]
    summary["changes"] = json.loads((folder / CHANGES).read_text(encoding="utf-8"))
    return summary


def _place(store: Store) -> dict[str, Any]:
    return {"mlflow_experiment": store.experiment, "mlflow_uri": public_uri(store.uri)}


def _say(line: str) -> None:
    print(f"[track] {line}", file=sys.stderr, flush=True)
