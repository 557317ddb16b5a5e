from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from screening.core.lock import only_one


def test_one_at_a_time_and_nothing_is_left(tmp_path: Path) -> None:
    lock, inside, said = tmp_path / "lock", [0], []

    def work(_: int) -> int:
        with only_one(lock, said.append, "here"):
            inside[0] += 1
            time.sleep(0.002)
            most = inside[0]
            inside[0] -= 1
        return most

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(work, range(40))) == {1}
    assert set(said) == {"another process is here; waiting for it"}
    assert list(tmp_path.iterdir()) == []
