"""Whatever a server does, in whatever order: the right file or an error, never a wrong file."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from screening.fetch.fetch import fetch
from screening.fetch.limits import Limits
from screening.fetch.problem import FetchError

N_SCRIPTS = 100


def test_no_order_of_failures_puts_a_wrong_file_into_the_cache(site: Any, tmp_path: Path) -> None:
    limits = Limits(connect_s=2, read_s=2, attempts=3, wait_s=0, max_bytes=1_000_000)
    draw = random.Random(11)
    n_right = 0
    for number in range(N_SCRIPTS):
        size = draw.randrange(200_000)
        ways = [site.whole, site.corrupt, site.silently_cut, site.ignoring_range]
        ways += [site.another_range, site.status(500), site.status(404), site.status(416)]
        ways += [site.cut(size), site.cut(size, tag=""), site.cut(size, tag="", altered=True)]
        site.behaviours = draw.choices(ways, k=draw.randint(1, 6))
        # Several calls on one cache: parts that one leaves are what the next begins with.
        cache = tmp_path / str(number)
        for _ in range(3):
            try:
                path = fetch(site.entry(), cache, limits=limits).path
            except FetchError as error:
                assert "\n" not in error.line()
                assert not (cache / "published" / "corals.csv").exists()
            else:
                assert path.read_bytes() == site.content
                n_right += 1
    assert 0 < n_right < 3 * N_SCRIPTS
