"""Parallel chemistry over Dask that survives molecules which kill their worker.

A chunk whose worker died (time limit, crash, memory, or a signal from outside) is a suspect, and
so is one that waited at that worker. Suspects are tried in a process apart (`core.trial`), where
the molecule that does it is named and returned as `Lost`, and no neighbour is ever blamed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from screening.core.errors import ConfigError
from screening.core.trial import Lost as Lost  # noqa: PLC0414  # results of map_chunks
from screening.core.trial import try_apart
from screening.core.watchdog import Limits

if TYPE_CHECKING:
    from distributed import Client, Future

Item = TypeVar("Item")
Result = TypeVar("Result")

# So often may a worker die under a chunk that is tried apart, for a reason outside of the chunk.
MAX_OUTSIDE_DEATHS = 5
_COUNT_EVERY_S = 1.0


def chunked(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Cut a stream into lists of at most `size`."""
    stream = iter(items)
    while chunk := list(islice(stream, size)):
        yield chunk


def map_chunks(
    client: Client,
    function: Callable[[Sequence[Item]], Result],
    chunks: Iterable[Sequence[Item]],
    limits: Limits,
) -> Iterator[tuple[Sequence[Item], Result | Lost[Item]]]:
    """Run `function` on each chunk in the workers and yield results as they come, unordered.

    Parameters
    ----------
    function : takes a chunk; must enter `core.watchdog.guard(limits)` once for each item, in
        order. Of an empty chunk it makes what it needs before the first item (tables, models).
    chunks : streamed; at most two a worker are under way at once.
    limits : what an item may take.

    Yields
    ------
    (chunk, result), or ([item], Lost) for an item that ends its worker. The chunk of such an item
    comes in parts.

    Raises
    ------
    Exception : whatever `function` raises: a programming error.
    ConfigError : workers are killed again and again from outside.
    """
    from distributed import KilledWorker

    under_way: _UnderWay[Item] = _UnderWay(client)
    stream = iter(chunks)
    under_way.fill(function, stream)
    for future in under_way.completed:
        chunk, deaths = under_way.chunks.pop(future)
        try:
            result = future.result()
        except KilledWorker:
            _check_deaths(deaths)
            under_way.submit(partial(try_apart, function, limits=limits), chunk, deaths + 1)
            continue
        if deaths:
            yield from result
        else:
            yield chunk, result
        under_way.fill(function, stream)


class _UnderWay(Generic[Item]):
    """Chunks that the workers have or will have next, and how often each was suspect of a death."""

    def __init__(self, client: Client) -> None:
        from distributed import as_completed

        self.chunks: dict[Future[Any], tuple[Sequence[Item], int]] = {}
        self.completed = as_completed([])
        self._client = client
        self._counted_at = -math.inf
        self._n_workers = 1

    def submit(
        self, work: Callable[[Sequence[Item]], object], chunk: Sequence[Item], deaths: int = 0
    ) -> None:
        """Hand a chunk to the workers."""
        future = self._client.submit(work, chunk, pure=False)
        self.chunks[future] = (chunk, deaths)
        self.completed.add(future)

    def fill(
        self, work: Callable[[Sequence[Item]], object], stream: Iterator[Sequence[Item]]
    ) -> None:
        """Hand out chunks until there are two for each worker."""
        # Workers of a queue come one after the other, so they are counted anew.
        if time.monotonic() - self._counted_at >= _COUNT_EVERY_S:
            self._counted_at = time.monotonic()
            self._n_workers = max(1, len(self._client.nthreads()))
        for chunk in islice(stream, max(0, 2 * self._n_workers - len(self.chunks))):
            self.submit(work, chunk)


def _check_deaths(deaths: int) -> None:
    """A chunk tried apart cannot end its worker: then something else does."""
    if deaths > MAX_OUTSIDE_DEATHS:
        raise ConfigError(
            "workers are killed again and again, and no structure does it",
            "give compute.memory_per_worker more, or use fewer workers",
        )


def flatten(chunks: Iterable[Sequence[Item]]) -> Iterator[Item]:
    """The items of all chunks, one after the other."""
    for chunk in chunks:
        yield from chunk
