from pathlib import Path

from screening.core.accounting import account, read_stats, write_stats


def test_peak_memory_counts_what_the_block_held(tmp_path: Path) -> None:
    import time

    with account() as cost:
        held = bytearray(200 * 2**20)
        held[::4096] = b"x" * len(held[::4096])
        time.sleep(0.6)
    assert cost.peak_memory_mib > 200
    assert cost.seconds >= 0.6
    write_stats(tmp_path / "a/stats.json", cost, {"n_records": 3})
    assert read_stats(tmp_path / "a/stats.json")["n_records"] == 3
