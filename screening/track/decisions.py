"""Brings the lead's decisions from MLflow into `decisions.csv`, for the next screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from screening.core.decisions_table import (
    DECISIONS_CSV,
    VALUES,
    Decision,
    read_decisions,
    write_decisions,
)
from screening.core.lock import only_one
from screening.track.decision_runs import DecidedRun, read_candidate_runs
from screening.track.fields import one_line
from screening.track.store import Store

_NAME_CHARS = 60


@dataclass(frozen=True)
class Taken:
    """What became of the decisions.

    Parameters
    ----------
    decisions : all that are in force now.
    news : what is new, changed or withdrawn, a line each.
    unclear : what could not be read, a line each, with the run and what to write.
    """

    decisions: tuple[Decision, ...]
    news: tuple[str, ...]
    unclear: tuple[str, ...]

    def counts(self) -> dict[str, int]:
        """Number of each decision."""
        counted = Counter(one.decision for one in self.decisions)
        return {value: counted[value] for value in VALUES}


def take_decisions(output: Path, store: Store, now: datetime | None = None) -> Taken:
    """Read the decisions on all candidates of the experiment, and write `decisions.csv`.

    The newest screen's decision on a structure stands. MLflow tells neither who set a tag nor
    when: `decided_by` is what the lead wrote, and `seen_at` the time at which this function first
    read the decision. Rows that no run of the experiment stands behind, such as those written by
    hand, are kept. A file in which nothing changes is not touched.

    Parameters
    ----------
    output : folder of the screens, for `decisions.csv`.
    store : where the screens are recorded.
    now : time of reading; None: the present.

    Raises
    ------
    InputError : `decisions.csv` holds what is no decision, or no screen has been recorded.
    ConfigError, StoreAway : the store cannot be used, or is away.
    """
    file = output / DECISIONS_CSV
    seen_at = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with only_one(output / f".{DECISIONS_CSV}.lock", print, "reading the decisions"):
        before = read_decisions(file) if file.exists() else {}
        runs = list(read_candidate_runs(store))
        found = _in_force(runs, before, seen_at)
        if found != before:
            write_decisions(file, found.values())
    return Taken(
        tuple(found.values()),
        tuple(_news(before, found)),
        tuple(_complaint(run, what) for run in runs for what in run.unclear),
    )


def _in_force(
    runs: Iterable[DecidedRun], before: dict[str, Decision], seen_at: str
) -> dict[str, Decision]:
    """Decisions by structure.

    Parameters
    ----------
    runs : the newest first.
    before : what the file holds.
    seen_at : time of reading.
    """
    found: dict[str, Decision] = {}
    known_runs, unclear = set(), set()
    for run in runs:
        known_runs.add(run.run_id)
        key = run.structure_id
        if run.unclear:
            unclear.add(key)
        elif run.decision and key not in found and key not in unclear:
            new = Decision(
                *(key, run.name, run.decision, run.note, run.decided_by),
                *(seen_at, run.library, run.run_id),
            )
            old = before.get(key)
            if old and (old.decision, old.note) == (new.decision, new.note) and old.seen_at:
                new = replace(new, seen_at=old.seen_at)
            found[key] = new
    for key, old in before.items():
        # What a run said once, and says no longer, is withdrawn; what is unclear stays as it was.
        if key not in found and (old.run_id not in known_runs or key in unclear):
            found[key] = old
    return dict(sorted(found.items()))


def _news(before: dict[str, Decision], found: dict[str, Decision]) -> Iterable[str]:
    for key in sorted({**before, **found}):
        old, new = before.get(key), found.get(key)
        name = one_line((new or old or _NOBODY).name, _NAME_CHARS) or key
        if new is None:
            yield f"{name}: withdrawn (was {old.decision if old else ''})"
        elif old is None:
            yield f"{name}: {new.decision}"
        elif old.decision != new.decision:
            yield f"{name}: {old.decision} → {new.decision}"
        elif old.note != new.note:
            yield f"{name}: {new.decision}, with another note"


def _complaint(run: DecidedRun, what: str) -> str:
    name = one_line(run.name, _NAME_CHARS) or run.structure_id
    return f"{name} ({run.library}, run {run.run_id}): {what}"


_NOBODY = Decision("", "", "", "", "", "", "", "")
