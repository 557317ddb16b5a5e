"""How long a library with molecules that kill their worker takes.

Squares integers, each at the cost of a structure; some of them abort the process or never end.

    python tests/benchmarks/killers.py --items 10000 --killers 200 --workers 2
"""

from __future__ import annotations

import argparse
import os
import time
from functools import partial

from screening.core.cluster import open_client
from screening.core.compute import Compute
from screening.core.parallel import Lost, chunked, map_chunks
from screening.core.watchdog import Limits, guard

LIMITS = Limits(1.0)


def work(items: list[int], killers: frozenset[int], item_s: float) -> list[int]:
    squares = []
    for item in items:
        with guard(LIMITS):
            until = time.perf_counter() + item_s
            if item in killers:
                os.abort()
            while time.perf_counter() < until:
                pass
            squares.append(item * item)
    return squares


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--killers", type=int, default=200)
    parser.add_argument("--chunk", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--item-ms", type=float, default=2.0)
    options = parser.parse_args()
    step = options.items // max(1, options.killers)
    killers = frozenset(range(step // 2, options.items, step)) if options.killers else frozenset()
    function = partial(work, killers=killers, item_s=options.item_ms / 1000)
    lost: list[int] = []
    squares = 0
    with open_client(Compute(options.workers)) as client:
        started = time.monotonic()
        chunks = chunked(range(options.items), options.chunk)
        for chunk, result in map_chunks(client, function, chunks, LIMITS):
            if isinstance(result, Lost):
                lost.append(result.item)
            else:
                squares += len(chunk)
        seconds = time.monotonic() - started
    assert sorted(lost) == sorted(killers) and squares + len(lost) == options.items
    print(
        f"{options.items:,} items, {len(killers)} killers, {options.workers} workers: "
        f"{seconds:.1f} s; all found, nothing else lost"
    )


if __name__ == "__main__":
    main()
