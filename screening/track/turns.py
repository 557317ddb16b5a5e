"""One process at a time decides in a registry, on whatever machine it runs.

A SQLite store has a lock file (`store.one_at_a_time`). A server's registry has no lock, but it
numbers the versions of a registered model one after the other, in one transaction each, and never
gives a number again. So a process takes a ticket, a version of the registered model `LOCK`; it is
its turn when no lower ticket is left, and it deletes its ticket when it is done (Lamport's bakery,
1974, doi:10.1145/361082.361093). Each deletes by number, so nobody can take another's turn away by
mistake.

A process that was killed leaves its ticket. Whoever has seen the same ticket in front for `STALE_S`
by its own clock deletes it. A turn is a few short requests, judging is done outside of it; a
process that was stopped for longer notices, before it writes, that its ticket is gone
(`Turn.check`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from screening.core.errors import ConfigError
from screening.track.store import Store, one_at_a_time

if TYPE_CHECKING:
    from mlflow import MlflowClient

LOCK = "screening registry turns"
STALE_S = 300.0
_POLL_S = 0.3
_TOLD_AFTER_S = 5.0
_NOTE = "Tickets of `screening models`: one process at a time decides. Leave it in place."
# What the registry wants as the place of a version; nothing is there.
_SOURCE = "ticket://screening/turn"


class Turn:
    """The turn of this process. check : raises where it was taken away for taking too long."""

    def __init__(self, check: Callable[[], None]) -> None:
        self.check = check


@contextmanager
def my_turn(
    client: MlflowClient, store: Store, say: Callable[[str], None], stale_s: float = STALE_S
) -> Iterator[Turn]:
    """Wait for this process's turn to decide, and hold it. Not to be nested.

    Parameters
    ----------
    client : of the store.
    store : the registry.
    say : told when it has to wait.
    stale_s : seconds after which a ticket in front counts as that of a dead process.
    """
    if store.uri.startswith("sqlite"):
        with one_at_a_time(store.uri):
            yield Turn(lambda: None)
        return
    ticket = _take_ticket(client)
    try:
        _wait(client, ticket, say, stale_s)
        yield Turn(lambda: _check(client, ticket))
    finally:
        _delete(client, ticket)


def _take_ticket(client: MlflowClient) -> int:
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(LOCK, description=_NOTE)
    except MlflowException as problem:
        if problem.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    made = client.create_model_version(LOCK, _SOURCE, await_creation_for=0)
    return int(made.version)


def _wait(client: MlflowClient, ticket: int, say: Callable[[str], None], stale_s: float) -> None:
    front, since, is_told = -1, time.monotonic(), False
    while (first := min(_tickets(client), default=ticket)) < ticket:
        now = time.monotonic()
        if first != front:
            front, since = first, now
        elif now - since > stale_s:
            say(f"ticket {first} was in front for {stale_s:g} s; its process counts as dead")
            _delete(client, first)
        elif now - since > _TOLD_AFTER_S and not is_told:
            say("another process is deciding in this registry; waiting for it")
            is_told = True
        time.sleep(_POLL_S)
    _check(client, ticket)


def _check(client: MlflowClient, ticket: int) -> None:
    if ticket not in _tickets(client):
        raise ConfigError(
            "this process was stopped for so long that others took its turn", "call it again"
        )


def _tickets(client: MlflowClient) -> list[int]:
    # A few at most: processes that wait at this moment.
    return [int(one.version) for one in client.search_model_versions(f"name = '{LOCK}'")]


def _delete(client: MlflowClient, ticket: int) -> None:
    from mlflow.exceptions import MlflowException

    with suppress(MlflowException):
        client.delete_model_version(LOCK, str(ticket))
