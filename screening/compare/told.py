"""What changed between two screens in short: counts, differences of the states, largest movers."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping
from typing import Any

from screening.core.history import ScreenState
from screening.core.objectives import wish_names

# Movers are told among these ranks, now or before: nobody decides on what lies below.
TOP = 100
N_MOVERS = 10
# What a wish or limit is called by.
_NAMING = ("column", "over")
_KINDS = ("entered", "left", "up", "down", "same")


class Told:
    """Gathers what is told of the changes, row by row, keeping the largest movers only."""

    def __init__(self) -> None:
        self._kinds: Counter[str] = Counter()
        self._causes: Counter[str] = Counter()
        self._movers: list[tuple[int, str, dict[str, Any]]] = []

    def add(self, row: dict[str, Any]) -> None:
        """Take one row of the table CHANGES into account."""
        self._kinds[row["change"]] += 1
        self._causes.update(row["causes"])
        size = _size(row)
        if size:
            # The key parts equal sizes, so that rows themselves are never compared.
            heapq.heappush(self._movers, (size, row["structure_id"], row))
            if len(self._movers) > N_MOVERS:
                heapq.heappop(self._movers)

    def counts(self) -> dict[str, int]:
        """Structures by change, as ``n_entered`` and so on; `n_moved` are those up and down."""
        counts = {f"n_{kind}": self._kinds[kind] for kind in _KINDS}
        return {**counts, "n_moved": self._kinds["up"] + self._kinds["down"]}

    def summary(self, now: ScreenState, before: ScreenState | None) -> dict[str, Any]:
        """JSON-like: the screen before (None for a first one), counts, differences, movers."""
        if before is None:
            return {"previous": None, **self.counts(), "differences": [], "movers": []}
        shown = ("structure_id", "name", "change", "rank", "previous_rank", "causes", "reason")
        movers = sorted(self._movers, key=lambda one: (-one[0], one[1]))
        return {
            "previous": {"date": before.date, "mlflow_run_id": before.run_id or None},
            **self.counts(),
            "causes": dict(sorted(self._causes.items())),
            "differences": differences(now, before),
            "movers": [{key: row[key] for key in shown} for _, _, row in movers],
        }


def differences(now: ScreenState, before: ScreenState) -> list[str]:
    """The models and settings that differ between two states, in words."""
    lines = []
    old, new = _bundles(before), _bundles(now)
    for name in sorted({**old, **new}):
        if old.get(name) != new.get(name):
            lines.append(f"model {name}: {_version(old.get(name))} → {_version(new.get(name))}")
    was, now_is = _flat(before.settings), _flat(now.settings)
    for key in {**was, **now_is}:
        if was.get(key) != now_is.get(key):
            lines.append(f"setting rank.{key}: {was.get(key, 'none')} → {now_is.get(key, 'none')}")
    return lines


def _size(row: Mapping[str, Any]) -> int:
    """Ranks moved; what is not ranked counts as just below the top. 0 outside the top."""
    now, before = row["rank"] or TOP + 1, row["previous_rank"] or TOP + 1
    return abs(now - before) if min(now, before) <= TOP else 0


def _bundles(state: ScreenState) -> dict[str, tuple[str, str]]:
    return {one["name"]: (one["version"], one["digest"]) for one in state.models.values()}


def _version(bundle: tuple[str, str] | None) -> str:
    return f"{bundle[0]} ({bundle[1][:8]})" if bundle else "none"


def _flat(settings: Mapping[str, Any]) -> dict[str, str]:
    """Settings by dotted name; an objective or limit is named by what it judges."""
    flat: dict[str, str] = {}
    for key, value in settings.items():
        if isinstance(value, list) and all(isinstance(one, Mapping) for one in value):
            for called, one in zip(wish_names(value), value, strict=True):
                rest = {name: inner for name, inner in one.items() if name not in _NAMING}
                for name, inner in rest.items():
                    flat[f"{key}.{called}.{name}"] = str(inner)
        else:
            flat[key] = str(value)
    return flat
