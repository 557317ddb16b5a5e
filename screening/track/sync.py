"""Records the screens of an output that have not been recorded: later, and once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from screening.core.accounting import account
from screening.track.request import REQUEST, check_unchanged, read_request
from screening.track.screen import add_cost, record_screen, write_summary
from screening.track.store import Store


def sync_screens(
    output: Path, store: Store, say: Callable[[str], None]
) -> Iterator[tuple[str, str, bool]]:
    """Record each screen of the output that waits for its server, or whose recording was killed.

    Parameters
    ----------
    output : folder of screens.
    store : where to record.
    say : told when another process records the same screen.

    Yields
    ------
    Name of the library's folder, id of its run, and whether it was recorded now.

    Raises
    ------
    InputError : a screen has not come to its end.
    ConfigError, StoreAway : the store cannot be used, or is away still.
    """
    for found in sorted(output.glob(f"*/{REQUEST}")):
        folder = found.parents[2]
        known = _run_id(folder / "summary.json")
        if known:
            yield folder.name, known, False
            continue
        request = read_request(folder)
        check_unchanged(folder, request)
        with account() as cost:
            summary = record_screen(folder, store, request, say)
        add_cost(summary, "track", cost)
        write_summary(folder / "summary.json", summary)
        yield folder.name, summary["mlflow_run_id"], True


def _run_id(summary: Path) -> str:
    """The run that a summary names; empty where there is none."""
    try:
        return str(json.loads(summary.read_text(encoding="utf-8")).get("mlflow_run_id") or "")
    except (OSError, ValueError):
        return ""
