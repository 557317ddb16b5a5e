"""The profile of a candidate: one bar for each wish, with its value and its domain verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from screening.core.contribution import Contribution, by_wish

IN, EDGE, OUT, PARTLY, COMPUTED, MISSING = "in", "edge", "out", "partly", "computed", "missing"


@dataclass(frozen=True)
class Bar:
    """One wish of one candidate.

    Parameters
    ----------
    label : of the objective, or of the group.
    value, std, unit : of the objective; of a group the mean value of its members where they have
        one unit, and no deviation.
    desirability : 0 to 1, of a group the geometric mean; None if there is no value.
    effect : on the logarithm of the score.
    share : of the total weight, 0 to 1.
    domain : `in`, `edge`, `out`, `partly` (members of a group differ), `computed`, `missing`.
    n_in, n : members of the group inside the domain, and members that are predicted.
    """

    label: str
    value: float | None
    std: float | None
    unit: str
    desirability: float | None
    effect: float
    share: float
    domain: str
    n_in: int
    n: int


def profile_of(parts: Sequence[Contribution]) -> tuple[Bar, ...]:
    """The bars of a candidate, the heaviest wish first: the same order for every candidate.

    Parameters
    ----------
    parts : its contributions.
    """
    bars = [_bar(wish) for wish in by_wish(parts)]
    return tuple(sorted(bars, key=lambda bar: (-round(bar.share, 4), bar.label)))


def _domain_of(part: Contribution) -> str:
    """The verdict on one objective in one word."""
    if part.value is None:
        return MISSING
    if part.in_domain is None:
        return COMPUTED
    return part.domain or (IN if part.in_domain else OUT)


def _bar(wish: Sequence[Contribution]) -> Bar:
    first = wish[0]
    known = [part.value for part in wish if part.value is not None]
    of_one_unit = len({part.unit for part in wish}) == 1
    domains = [_domain_of(part) for part in wish]
    desirable = [part.desirability for part in wish if part.desirability is not None]
    return Bar(
        label=first.group or first.label,
        value=math.fsum(known) / len(known) if known and of_one_unit else None,
        std=first.std if len(wish) == 1 else None,
        unit=first.unit if of_one_unit else "",
        desirability=_geometric_mean(desirable) if desirable else None,
        effect=math.fsum(part.effect for part in wish),
        share=math.fsum(part.share for part in wish),
        domain=domains[0] if len(set(domains)) == 1 else PARTLY,
        n_in=domains.count(IN),
        n=sum(domain in (IN, EDGE, OUT) for domain in domains),
    )


def _geometric_mean(values: Sequence[float]) -> float:
    if min(values) <= 0:
        return 0.0
    return math.exp(math.fsum(map(math.log, values)) / len(values))
