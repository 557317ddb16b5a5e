"""What a download may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How long to wait, how often to try, and how much to take.

    connect_s, read_s : longest silence. attempts : failures in a row without one new byte.
    wait_s : before the second attempt; doubled for each further one.
    """

    connect_s: float = 10.0
    read_s: float = 60.0
    attempts: int = 4
    wait_s: float = 1.0
    max_bytes: int = 1 << 30
