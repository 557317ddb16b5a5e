"""How far a stage is, told on stderr."""

from __future__ import annotations

import sys
import time

_BAR_CELLS = 20
_FIRST_AFTER_S = 2.0
_LONGEST_INTERVAL_S = 30.0


class ProgressBar:
    """Lines such as `[describe] ████░░░░ 12,000 of 31,561 structures (38 %), 140/s, 2 min left`.

    Lines, since they go to a log and through Snakemake. The first after 2 s, then at ever longer
    intervals up to 30 s, and the last.

    Parameters
    ----------
    stage : its name.
    total : items there are.
    what : what they are, in the plural.
    """

    def __init__(self, stage: str, total: int, what: str) -> None:
        self.stage, self.total, self.what = stage, total, what
        self.done = 0
        self._started = self._last = time.monotonic()
        self._interval_s = _FIRST_AFTER_S

    def add(self, n: int) -> None:
        """Count `n` more as done."""
        self.done += n
        now = time.monotonic()
        if now - self._last >= self._interval_s or self.done == self.total:
            self._last = now
            self._interval_s = min(1.3 * self._interval_s, _LONGEST_INTERVAL_S)
            line = progress_line(self.done, self.total, self.what, now - self._started)
            print(f"[{self.stage}] {line}", file=sys.stderr, flush=True)


def progress_line(done: int, total: int, what: str, seconds: float) -> str:
    """Bar, counts, items a second, and the time that is left at that rate.

    Parameters
    ----------
    done, total : items.
    what : what they are.
    seconds : that the items done took.
    """
    share = done / total if total else 1.0
    bar = "█" * int(_BAR_CELLS * share)
    line = f"{bar:░<{_BAR_CELLS}} {done:,} of {total:,} {what} ({100 * share:.0f} %)"
    if not done or not seconds:
        return line
    rate = done / seconds
    line += f", {rate:,.0f}/s" if rate >= 10 else f", {rate:.1f}/s"
    return line + (f", {_duration((total - done) / rate)} left" if done < total else "")


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"
