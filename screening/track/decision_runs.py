"""The lead's decisions as they stand on candidates' runs: tags `decision`, `note`, `decided_by`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from screening.core.addresses import public_uri
from screening.core.decisions_table import VALUES, parse_decision
from screening.core.errors import InputError
from screening.track.away import store_errors
from screening.track.fields import one_line
from screening.track.store import Store, open_store

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

TAGS = ("decision", "note", "decided_by")
# How alike a tag's name must be to one of TAGS to be taken for a slip of the pen.
_ALIKE = 0.7
_PAGE = 1_000
_SHOWN_CHARS = 80


@dataclass(frozen=True)
class DecidedRun:
    """A candidate's run, and what the lead wrote on it.

    Parameters
    ----------
    run_id, structure_id, name, library : of the run.
    decision : advance, hold or reject; empty where nothing, or nothing clear, is decided.
    note, decided_by : the lead's words.
    unclear : what cannot be read, and what to write; empty where all is clear.
    """

    run_id: str
    structure_id: str
    name: str
    library: str
    decision: str
    note: str
    decided_by: str
    unclear: tuple[str, ...]


def read_candidate_runs(store: Store) -> Iterator[DecidedRun]:
    """Every candidate's run of the experiment, those of the newest screen first.

    Raises
    ------
    InputError : no screen has been recorded there.
    ConfigError, StoreAway : the store cannot be used, or is away.
    """
    client = open_store(store.uri)
    with store_errors(store.uri):
        experiment = client.get_experiment_by_name(store.experiment)
        if experiment is None:
            raise InputError(
                f"{public_uri(store.uri)}: no experiment {store.experiment!r}",
                "screen a library first, or `screening sync` what waits for the server",
            )
        for run in _candidates(client, experiment.experiment_id):
            yield _decided(run)


def _candidates(client: MlflowClient, experiment_id: str) -> Iterator[Run]:
    token = None
    while True:
        page = client.search_runs(
            [experiment_id],
            filter_string="tags.kind = 'candidate'",
            max_results=_PAGE,
            # Candidates have the start time of their screen.
            order_by=["attributes.start_time DESC", "attributes.run_id"],
            page_token=token,
        )
        yield from page
        token = page.token
        if not token:
            return


def _decided(run: Run) -> DecidedRun:
    tags: Mapping[str, str] = run.data.tags
    unclear: list[str] = []
    found = {name: _value(tags, name, unclear) for name in TAGS}
    unclear += _slips(tags)
    decision = parse_decision(found["decision"])
    if found["decision"] and decision is None:
        shown = one_line(found["decision"], _SHOWN_CHARS)
        unclear.append(f"decision {shown!r}: write {', '.join(VALUES)}")
    if found["note"] and not found["decision"]:
        unclear.append(f"a note without a decision: add the tag decision ({', '.join(VALUES)})")
    return DecidedRun(
        run_id=run.info.run_id,
        structure_id=tags.get("structure_id", ""),
        name=tags.get("name", ""),
        library=tags.get("library", ""),
        decision=decision or "",
        note=found["note"],
        decided_by=found["decided_by"],
        unclear=tuple(unclear),
    )


def _value(tags: Mapping[str, str], name: str, unclear: list[str]) -> str:
    """The tag's value, whatever the case of its name (adds to `unclear` where two disagree)."""
    values = {value.strip() for key, value in tags.items() if key.strip().casefold() == name}
    values.discard("")
    if len(values) > 1:
        unclear.append(f"the tag {name} stands there twice with different values: remove one")
        return ""
    return values.pop() if values else ""


def _slips(tags: Mapping[str, str]) -> Iterator[str]:
    """Tags whose names are nearly those looked for."""
    for key in sorted(tags):
        plain = key.strip().casefold()
        near = difflib.get_close_matches(plain, TAGS, n=1, cutoff=_ALIKE)
        if near and plain not in TAGS:
            yield f"tag {one_line(key, _SHOWN_CHARS)!r}: did you mean {near[0]}?"
