"""Scores from the workers to the driver, and its verdicts back, through Dask's scheduler alone.

So it works the same on this machine, on jobs and on a running cluster, without a storage that
workers reach. Scores are events of a topic; each trial has a queue of its own for the verdicts.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from distributed import Client, Future

VERDICT_TIMEOUT_S = 30.0
"""A driver that is silent for so long does not hold a trial up."""


class Score(NamedTuple):
    """A step of a trial, and what it scored; `trial` is its key."""

    trial: str
    step: int
    score: float


class Ended(NamedTuple):
    """The task of a trial is over, in whatever way."""

    trial: str


Message = Score | Ended


class Inbox:
    """What the driver hears, in the order in which it came.

    Parameters
    ----------
    client : of the cluster. topic : of the scores, of this search alone.
    """

    def __init__(self, client: Client, topic: str) -> None:
        self._client = client
        self._topic = topic
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()

    @contextmanager
    def open(self) -> Iterator[None]:
        """Listen during the block."""
        self._client.subscribe_topic(
            self._topic, lambda event: self._messages.put(Score(*event[1]))
        )
        try:
            yield
        finally:
            self._client.unsubscribe_topic(self._topic)

    def watch(self, trial: str, future: Future[Any]) -> None:
        """Hear of the end of a task."""
        future.add_done_callback(lambda _: self._messages.put(Ended(trial)))

    def next(self, timeout_s: float) -> Message | None:
        """The next message, or None if none came in time."""
        try:
            return self._messages.get(timeout=max(0.0, timeout_s))
        except queue.Empty:
            return None


def may_go_on(topic: str, trial: str, step: int, score: float) -> bool:
    """Tell a score from within a task, and wait for the verdict."""
    from distributed import Queue, get_client, get_worker

    verdicts = Queue(trial, client=get_client())
    get_worker().log_event(topic, (trial, step, score))
    try:
        return bool(verdicts.get(timeout=VERDICT_TIMEOUT_S))
    except TimeoutError:
        return True
    finally:
        verdicts.close()  # the scheduler forgets a queue that nobody holds
