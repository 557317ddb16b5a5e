"""How surely a structure is among the best: rankings drawn from the predictions' uncertainty.

In each draw every uncertain quantity takes a value from a normal distribution around its
prediction, with the ensemble's standard deviation. The structures are scored as in the ranking, but
without caution, whose place the draws take. Quantities of one group, such as the tumour panels,
deviate together: their models see the same molecules, and what errs on one errs on all. Independent
deviations would average out, and make the group look surer than it is.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from screening.core.objectives import RankSettings
from screening.rank.evidence import Evidence, Floats
from screening.rank.judged import Judged
from screening.rank.quantities import Quantity
from screening.rank.scoring import (
    desirability_of,
    domain_factors,
    effects_of,
    score_of,
    shares,
    slopes,
)

# Nothing is drawn further from a prediction than this many standard deviations (one draw in 16,000
# would be), so that what cannot be among the best need not be drawn.
FURTHEST = 4.0
# Structures drawn at a time.
_BLOCK = 64
# Goes with the structure's key into its random numbers.
_SEED = "top_share"

# What orders the structures of a draw: the negative score, the first compound and the structure.
_Place = tuple[float, str, str]


class TopShares:
    """The share of draws in which each structure is among the best; holds only the best of each.

    The random numbers of a structure depend on its key alone: neither the order of the structures
    nor how they are parted changes a result.

    Parameters
    ----------
    judged : of the settings' objectives.
    settings : `draws` and `top`.
    """

    def __init__(self, judged: Sequence[Judged], settings: RankSettings) -> None:
        self._settings = settings
        self._worst, self._best = slopes([one.objective for one in judged])
        self._share = shares([one.objective for one in judged])
        self._of, self._over, self._n_sources = _sources(judged)
        self._tops: list[list[_Place]] = [[] for _ in range(settings.draws)]

    def add(self, structures: Sequence[str], compounds: Sequence[str], evidence: Evidence) -> None:
        """Draw further structures.

        Parameters
        ----------
        structures, compounds : n keys, and the first compound of each.
        evidence : of the n structures.
        """
        if not self._tops:
            return
        chances = np.flatnonzero(self._at_most(evidence) >= self._least())
        for start in range(0, len(chances), _BLOCK):
            block = chances[start : start + _BLOCK].tolist()
            keys = [structures[row] for row in block]
            scores = self._draw(keys, evidence.rows(block))
            self._place(scores, keys, [compounds[row] for row in block])

    def shares(self) -> dict[str, float]:
        """The share of draws with each structure that was ever among the best."""
        counts = Counter(structure for top in self._tops for *_, structure in top)
        return {structure: n / len(self._tops) for structure, n in counts.items()}

    def _at_most(self, evidence: Evidence) -> Floats:
        """Scores that no draw exceeds, (n,) float64."""
        std = np.nan_to_num(evidence.stds) + np.nan_to_num(evidence.stds_over)
        return self._score(
            evidence.values + np.sign(self._best - self._worst) * FURTHEST * std,
            domain_factors(evidence.verdicts, self._settings),
        )

    def _least(self) -> float:
        """The score that the easiest draw asks of its best."""
        if min(map(len, self._tops)) < self._settings.top:
            return -np.inf
        return min(-top[-1][0] for top in self._tops)

    def _draw(self, keys: Sequence[str], evidence: Evidence) -> Floats:
        """(n, draws) scores."""
        deviates = np.stack([self._deviates(key) for key in keys])
        of = np.nan_to_num(evidence.stds)[:, None, :] * deviates[:, :, self._of]
        over = np.nan_to_num(evidence.stds_over)[:, None, :] * deviates[:, :, self._over]
        factors = domain_factors(evidence.verdicts, self._settings)
        return self._score(evidence.values[:, None, :] + of - over, factors[:, None, :])

    def _deviates(self, key: str) -> Floats:
        """(draws, n_sources) numbers of a standard normal distribution."""
        digest = hashlib.blake2b(f"{_SEED} {key}".encode(), digest_size=16).digest()
        random = np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "little")))
        drawn = random.standard_normal((self._settings.draws, self._n_sources))
        return np.clip(drawn, -FURTHEST, FURTHEST)

    def _score(self, values: Floats, factors: Floats) -> Floats:
        desirability = desirability_of(values, self._worst, self._best) * factors
        return score_of(effects_of(desirability, self._share))

    def _place(self, scores: Floats, structures: Sequence[str], compounds: Sequence[str]) -> None:
        """Keep the best of each draw (changes the tops)."""
        n_best = self._settings.top
        asked = [-top[-1][0] if len(top) == n_best else -np.inf for top in self._tops]
        enters = scores >= np.array(asked)
        for draw in np.flatnonzero(enters.any(axis=0)).tolist():
            places = [
                (-float(scores[row, draw]), compounds[row], structures[row])
                for row in np.flatnonzero(enters[:, draw]).tolist()
            ]
            self._tops[draw] = sorted([*self._tops[draw], *places])[:n_best]


def _sources(judged: Sequence[Judged]) -> tuple[NDArray[np.intp], NDArray[np.intp], int]:
    """Which deviate each objective's quantity and what is taken off it follow, and how many are.

    Quantities of one group follow one deviate, also where they are judged outside it.
    """
    groups: dict[str, str] = {}
    for one in judged:
        if one.objective.group:
            for quantity in one.of:
                groups.setdefault(quantity.column, f"\0{one.objective.group}")

    numbers: dict[str, int] = {}

    def source(quantities: Sequence[Quantity]) -> int:
        column = quantities[0].column
        return numbers.setdefault(groups.get(column, column), len(numbers))

    of = [source(one.of) for one in judged]
    # Nothing taken off has no deviation, whatever it follows.
    over = [source(one.over) if one.over else 0 for one in judged]
    return np.array(of), np.array(over), len(numbers)
