"""What each objective judges: a quantity or the mean of a group, or the difference of two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from screening.core.errors import ConfigError
from screening.core.objectives import Limit, Objective
from screening.rank.quantities import Quantity, check_names


@dataclass(frozen=True, slots=True)
class Judged:
    """An objective and its quantities: the mean of `of`, less the mean of `over`.

    Parameters
    ----------
    of : at least one quantity; several are a group.
    over : what is taken off; empty for nothing.
    """

    objective: Objective
    of: tuple[Quantity, ...]
    over: tuple[Quantity, ...] = ()

    @property
    def quantities(self) -> tuple[Quantity, ...]:
        """All of them."""
        return (*self.of, *self.over)

    @property
    def unit(self) -> str:
        """The unit of all of them."""
        return self.of[0].unit

    @property
    def has_std(self) -> bool:
        """Whether something of it is uncertain."""
        return any(one.has_std for one in self.quantities)

    @property
    def has_domain(self) -> bool:
        """Whether something of it is predicted with a verdict on the domain."""
        return any(one.has_domain for one in self.quantities)


def find_judged(
    objectives: Sequence[Objective], limits: Sequence[Limit], known: Mapping[str, Quantity]
) -> list[Judged]:
    """What the objectives judge, in their order.

    Parameters
    ----------
    limits : checked alike.
    known : all quantities of the tables; a name that is also a group's means the quantity.

    Raises
    ------
    ConfigError : a name is unknown, a group holds a difference, or units differ.
    """
    check_names(objectives, limits, known)
    found = []
    for one in objectives:
        judged = Judged(
            one,
            _meant(one.column, objectives, known),
            _meant(one.over, objectives, known) if one.over else (),
        )
        units = sorted({quantity.unit for quantity in judged.quantities})
        if len(units) > 1:
            raise ConfigError(
                f"rank.objectives: {one.name!r} mixes the units {', '.join(units)}",
                "judge quantities of one unit together",
            )
        found.append(judged)
    return found


def distinct_quantities(
    judged: Sequence[Judged], limits: Sequence[Limit], known: Mapping[str, Quantity]
) -> dict[str, Quantity]:
    """The quantities that objectives and limits need, in the order they are named."""
    needed = [quantity for one in judged for quantity in one.quantities]
    needed += [known[limit.column] for limit in limits]
    return {quantity.column: quantity for quantity in needed}


def _meant(
    name: str, objectives: Sequence[Objective], known: Mapping[str, Quantity]
) -> tuple[Quantity, ...]:
    if name in known:
        return (known[name],)
    members = [one for one in objectives if one.group == name]
    if any(one.over or one.column not in known for one in members):
        raise ConfigError(
            f"rank.objectives: the group {name!r} holds a difference or a group; its mean is "
            "not defined",
            "judge a group of plain quantities",
        )
    return tuple({one.column: known[one.column] for one in members}.values())
