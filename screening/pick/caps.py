"""How many picks may share a scaffold or a genus."""

from __future__ import annotations

from collections import Counter

from screening.core.picking import PickSettings
from screening.pick.candidates import Candidate


class Caps:
    """Counts the picks of each scaffold and genus.

    Parameters
    ----------
    settings : the caps.
    times : both are wider by this factor, for a pool out of which picks are made.
    """

    def __init__(self, settings: PickSettings, times: int = 1) -> None:
        self._per_scaffold = settings.per_scaffold * times
        self._per_genus = settings.per_genus * times
        self._scaffolds: Counter[str] = Counter()
        self._genera: Counter[str] = Counter()

    def allow(self, candidate: Candidate) -> bool:
        """Whether a further pick would keep the caps."""
        room = not candidate.scaffold or self._scaffolds[candidate.scaffold] < self._per_scaffold
        return room and all(self._genera[genus] < self._per_genus for genus in candidate.genera)

    def count(self, candidate: Candidate) -> None:
        """Count a pick."""
        self._scaffolds[candidate.scaffold] += 1
        self._genera.update(candidate.genera)

    def admit(self, candidate: Candidate) -> bool:
        """Count a pick if the caps allow it; whether they did."""
        allowed = self.allow(candidate)
        if allowed:
            self.count(candidate)
        return allowed
