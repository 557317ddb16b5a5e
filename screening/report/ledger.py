"""The reject ledger as the report shows it: counted in full, listed up to a limit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from screening.core.partitions import read_partitions
from screening.core.tables import REJECTS

LISTED = 1_000


@dataclass(frozen=True)
class Ledger:
    """Rejects counted by stage and code, and the first of them.

    Parameters
    ----------
    counts : (stage, reason code, suggested fix, number), the most frequent first.
    listed : the first `LISTED` rejects as mappings of the table's columns.
    total : all rejects.
    """

    counts: tuple[tuple[str, str, str, int], ...]
    listed: tuple[dict[str, Any], ...]
    total: int

    def by_code(self) -> dict[str, int]:
        """Number of rejects for each reason code, in alphabetical order."""
        sums: Counter[str] = Counter()
        for _, code, _, n in self.counts:
            sums[code] += n
        return dict(sorted(sums.items()))


def read_ledger(rejects: Path) -> Ledger:
    """Read the final table `REJECTS`, one partition at a time.

    Raises
    ------
    InputError : the table is missing or lacks a column.
    """
    counter: Counter[tuple[str, str, str]] = Counter()
    listed: list[dict[str, Any]] = []
    for table in read_partitions(rejects, REJECTS):
        keys = table.select(["stage", "code", "fix"]).to_pydict()
        counter.update(zip(keys["stage"], keys["code"], keys["fix"], strict=True))
        if len(listed) < LISTED:
            listed.extend(table.slice(0, LISTED - len(listed)).to_pylist())
    counts = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    return Ledger(tuple((*key, n) for key, n in counts), tuple(listed), sum(n for _, n in counts))
