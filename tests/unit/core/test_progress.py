from __future__ import annotations

import pytest

from screening.core.progress import ProgressBar, progress_line


@pytest.mark.parametrize(
    ("done", "total", "seconds", "line"),
    [
        (0, 10, 3.0, "░" * 20 + " 0 of 10 records (0 %)"),
        (5, 10, 2.0, "█" * 10 + "░" * 10 + " 5 of 10 records (50 %), 2.5/s, 2 s left"),
        (
            12_000,
            31_000,
            100.0,
            "███████░░░░░░░░░░░░░ 12,000 of 31,000 records (39 %), 120/s, 3 min left",
        ),
        (1, 100_000, 1.0, "░" * 20 + " 1 of 100,000 records (0 %), 1.0/s, 27.8 h left"),
        (10, 10, 0.5, "█" * 20 + " 10 of 10 records (100 %), 20/s"),
        (0, 0, 0.0, "█" * 20 + " 0 of 0 records (100 %)"),
    ],
)
def test_the_line_tells_counts_rate_and_what_is_left(
    done: int, total: int, seconds: float, line: str
) -> None:
    assert progress_line(done, total, "records", seconds) == line


def test_the_last_line_always_comes(capsys: pytest.CaptureFixture[str]) -> None:
    bar = ProgressBar("describe", 4, "structures")
    bar.add(3)
    assert capsys.readouterr().err == ""
    bar.add(1)
    assert "[describe] ████████████████████ 4 of 4 structures" in capsys.readouterr().err
