"""Settings of the ranking: objectives as desirability functions, limits as flags."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

from pydantic import Field, FiniteFloat, ValidationInfo, field_validator, model_validator

from screening.core.settings import Settings

ProfileName = Literal["antitumour", "antibacterial", "antiviral", "custom"]


class Objective(Settings):
    """One wish: a quantity, the value that is of no use, the value that is fully good, a weight.

    The desirability rises linearly from 0 at `worst` to 1 at `best` (Derringer and Suich 1980,
    doi:10.1080/00224065.1980.11980968); `worst` above `best` means that less is better.
    """

    column: str
    """Endpoint, descriptor, quantity of the provenance, or a group of objectives: its mean."""
    over: str = ""
    """What is taken off the value, for selectivity: another endpoint or group, in the same unit."""
    label: str = ""
    """What people call it; empty: the column."""
    aim: str = ""
    """What the wish serves, such as activity or safety: the Pareto front weighs aims."""
    worst: FiniteFloat
    """Value with desirability 0."""
    best: FiniteFloat
    """Value with desirability 1."""
    weight: FiniteFloat = Field(1.0, ge=0)
    """Share of the objective in the score; a group weighs the mean of its objectives. With 0 it is
    told and does not count."""
    group: str = ""
    """Objectives of one group are averaged first, so that nine tumour panels count as one wish."""
    reason: str = ""
    """Why it is wished, and why with this weight."""

    @model_validator(mode="after")
    def _needs_a_slope(self) -> Objective:
        if self.worst == self.best:
            raise ValueError("worst and best must differ")
        return self

    @property
    def name(self) -> str:
        """What people call it."""
        return self.label or (f"{self.column} over {self.over}" if self.over else self.column)


class Limit(Settings):
    """A hard limit: breaking it sets a flag with its reason; nothing is removed."""

    column: str
    """Endpoint, descriptor or quantity of the provenance."""
    label: str = ""
    """What people call it; empty: the column."""
    relation: Literal["above", "below"]
    """The flag is set when the value is above or below the limit."""
    value: FiniteFloat
    """The limit, in the column's unit."""
    reason: str
    """What the flag says."""


class RankSettings(Settings):
    """What makes a candidate."""

    profile: ProfileName = "antitumour"
    """What is sought: antitumour, antibacterial, antiviral, or custom with objectives of your own.
    `screening config --profile NAME` prints what a profile wishes."""
    objectives: tuple[Objective, ...] | None = Field(None, min_length=1, validate_default=True)
    """Wishes whose weighted geometric mean is the score; null: those of the profile."""
    limits: tuple[Limit, ...] | None = None
    """Hard limits that set flags; null: those of the profile."""
    caution: FiniteFloat = Field(1.0, ge=0)
    """Standard deviations by which a prediction is moved to its bad side before it is judged."""
    out_of_domain_factor: float = Field(0.5, ge=0, le=1)
    """Desirability kept by a prediction that lies outside its model's domain; at the domain's edge
    it keeps more."""
    top: int = Field(30, ge=1, le=1_000)
    """Structures that can be assayed: `top_share` tells how surely one is among so many best."""
    draws: int = Field(200, ge=0, le=10_000)
    """Rankings drawn from the predictions' uncertainty for `top_share`; 0: none."""

    @field_validator("profile", mode="before")
    @classmethod
    def _name_nearest_profile(cls, value: object) -> object:
        names = get_args(ProfileName)
        if value not in names:
            near = difflib.get_close_matches(str(value).casefold(), names, n=1, cutoff=0.4)
            remedy = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
            raise ValueError(f"no profile {value!r}; {remedy}")
        return value

    @field_validator("objectives")
    @classmethod
    def _can_be_weighed(
        cls, given: tuple[Objective, ...] | None, info: ValidationInfo
    ) -> tuple[Objective, ...] | None:
        if given is None:
            if info.data.get("profile") == "custom":
                raise ValueError("the profile custom has none of its own: list at least one")
            return None
        if not 0 < math.fsum(one.weight for one in given) < math.inf:
            raise ValueError("the weights sum to nothing: give one objective a weight above 0")
        _refuse_repeats(given)
        return given


def wish_names(wishes: Sequence[Mapping[str, Any]]) -> list[str]:
    """A name for each of some objectives or limits, given as mappings.

    The column, with what is taken off it; numbered from the second on where that comes up again.
    """
    names: list[str] = []
    for one in wishes:
        name = f"{one['column']} over {one['over']}" if one.get("over") else str(one["column"])
        repeats = sum(other == name or other.startswith(f"{name} (") for other in names)
        names.append(f"{name} ({repeats + 1})" if repeats else name)
    return names


def _refuse_repeats(objectives: Sequence[Objective]) -> None:
    """Refuse a wish named twice; two slopes of one quantity, up and down, make a window."""
    seen = set()
    for one in objectives:
        key = (one.column, one.over, one.best > one.worst, one.group)
        if key in seen:
            raise ValueError(f"{one.name!r} is wished twice: name it once and raise its weight")
        seen.add(key)
