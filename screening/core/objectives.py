"""Settings of the ranking: objectives as desirability functions, limits as flags."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from screening.core.settings import Settings


class Objective(Settings):
    """One wish: a quantity, the value that is of no use, the value that is fully good, a weight.

    The desirability rises linearly from 0 at `worst` to 1 at `best` (Derringer and Suich 1980,
    doi:10.1080/00224065.1980.11980968); `worst` above `best` means that less is better.
    """

    column: str
    """Endpoint or descriptor."""
    worst: float
    """Value with desirability 0."""
    best: float
    """Value with desirability 1."""
    weight: float = Field(1.0, gt=0)
    """Share of the objective in the score."""
    group: str = ""
    """Objectives of one group are averaged first, so that nine tumour panels count as one wish."""

    @model_validator(mode="after")
    def _needs_a_slope(self) -> Objective:
        if self.worst == self.best:
            raise ValueError("worst and best must differ")
        return self


class Limit(Settings):
    """A hard limit: breaking it sets a flag with its reason; nothing is removed."""

    column: str
    """Endpoint or descriptor."""
    relation: Literal["above", "below"]
    """The flag is set when the value is above or below the limit."""
    value: float
    """The limit, in the column's unit."""
    reason: str
    """What the flag says."""


class RankSettings(Settings):
    """What makes a candidate."""

    objectives: tuple[Objective, ...] = ()
    """Wishes whose weighted geometric mean is the score."""
    limits: tuple[Limit, ...] = ()
    """Hard limits that set flags."""
    caution: float = Field(1.0, ge=0)
    """Standard deviations by which a prediction is moved to its bad side before it is judged."""
    out_of_domain_factor: float = Field(0.5, ge=0, le=1)
    """Desirability kept by a prediction that lies outside its model's domain."""
