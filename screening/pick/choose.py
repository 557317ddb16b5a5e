"""Chooses candidates: the best ones unlike each other, and some that only caution holds back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal, Protocol

from rdkit.DataStructs import UIntSparseIntVect

from screening.core.picking import PickSettings
from screening.pick.candidates import Candidate
from screening.pick.caps import Caps
from screening.pick.diverse import diverse_order, fingerprint_of, likest

# MaxMin takes the odd ones of its pool, whatever their score: with five for each place, all of them
# are among the highest by face value and most of their scaffolds have a chance.
POOL_PER_PICK = 5

Aim = Literal["exploit", "explore"]


@dataclass(frozen=True)
class Pick:
    """A candidate chosen, for what, and why in words (nothing in them comes from the user)."""

    candidate: Candidate
    chosen_for: Aim
    reason: str


class Supply(Protocol):
    """What is picked from: a ranking, or the pool of the simulation in docs/active-learning.md."""

    def by_rank(self) -> Iterator[Candidate]:
        """Those that may be picked, the best first."""

    def undervalued(self, cut: float) -> Iterator[Candidate]:
        """Those below a score that reach it at face value, the highest face value first."""


class Chooser:
    """Fills the places of a pick one after the other.

    Parameters
    ----------
    candidates : those of the ranking, or of a simulation.
    settings : size, share to explore, and how alike picks may be.
    """

    def __init__(self, candidates: Supply, settings: PickSettings) -> None:
        self._candidates, self._settings = candidates, settings
        self._caps = Caps(settings)
        self._fingerprints: list[UIntSparseIntVect] = []
        self.picks: list[Pick] = []
        self.n_capped = self.n_alike = self.n_behind = 0

    def choose(self) -> None:
        """Exploit, explore, and fill what is left; `picks` and the counts then stand.

        To exploit is to go down the ranking and take each candidate that is unlike those taken
        (directed sphere exclusion: Gobbi and Lee 2003, J. Chem. Inf. Comput. Sci. 43:317,
        doi:10.1021/ci025554v). Explored are candidates below the cut, which is the score of the
        last one if just the best were taken, that are above it at face value; of their head the
        most diverse (MaxMin). Where there are not enough of them, the next in rank take their
        places. Unless all places are filled, nobody left out fits beside the picks.
        """
        size = self._settings.size
        n_explore = int(self._settings.explore * size + 0.5)
        self._exploit(size - n_explore)
        cut = next(islice(self._candidates.by_rank(), size - 1, None), None)
        if cut is not None and n_explore:
            self._explore(self._candidates.undervalued(cut.score), n_explore)
        self._fill()

    def _exploit(self, n: int) -> None:
        for one in self._candidates.by_rank():
            if len(self.picks) == n:
                break
            if self._caps.allow(one):
                self._take(one, fingerprint_of(one.smiles), "exploit")

    def _explore(self, held_back: Iterable[Candidate], n: int) -> None:
        chosen, wide = self._chosen(), Caps(self._settings, POOL_PER_PICK)
        free = (one for one in held_back if one.structure_id not in chosen and wide.admit(one))
        pool = list(islice(free, n * POOL_PER_PICK))
        fingerprints = [fingerprint_of(one.smiles) for one in pool]
        goal = len(self.picks) + n
        for place in diverse_order(fingerprints, self._fingerprints):
            if len(self.picks) == goal:
                break
            if self._caps.allow(pool[place]):
                self._take(pool[place], fingerprints[place], "explore")

    def _fill(self) -> None:
        """Fill places in the order of rank, and count why the others stay out."""
        chosen = self._chosen()
        for one in self._candidates.by_rank():
            if one.structure_id in chosen:
                continue
            if not self._caps.allow(one):
                self.n_capped += 1
            elif len(self.picks) == self._settings.size:
                self.n_behind += 1
            elif not self._take(one, fingerprint_of(one.smiles), "exploit"):
                self.n_alike += 1

    def _chosen(self) -> set[str]:
        return {pick.candidate.structure_id for pick in self.picks}

    def _take(self, candidate: Candidate, fingerprint: UIntSparseIntVect, aim: Aim) -> bool:
        """Take a candidate that the caps allow, unless it is like an earlier pick."""
        near = likest(fingerprint, self._fingerprints)
        if near and near[1] >= self._settings.similarity:
            return False
        self._caps.count(candidate)
        self.picks.append(Pick(candidate, aim, _reason(candidate, aim, near)))
        self._fingerprints.append(fingerprint)
        return True


def _reason(candidate: Candidate, aim: Aim, near: tuple[int, float] | None) -> str:
    parts = [_merit(candidate, aim), _kin(candidate)]
    if near:
        parts.append(f"likest earlier pick: {near[0] + 1} ({near[1]:.2f})")
    return "; ".join(parts)


def _merit(candidate: Candidate, aim: Aim) -> str:
    if aim == "exploit":
        return f"rank {candidate.rank:,}, score {candidate.score:.2f}"
    text = f"score {candidate.score_mean:.2f} at face value, {candidate.score:.2f} with caution"
    if candidate.domain_share is not None:
        text += f", {100 * candidate.domain_share:.0f} % of it inside the models' domain"
    return text


def _kin(candidate: Candidate) -> str:
    if candidate.tier == "analogue" and candidate.nearest_drug:
        near = f"{candidate.nearest_drug} ({candidate.nearest_drug_similarity:.2f})"
        return f"analogue, nearest drug or lead: {near}"
    return candidate.tier
