"""Settings of the pick: how many candidates go to assay, and how they are spread."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from screening.core.plates import Plate, compound_wells
from screening.core.settings import Settings

Tier = Literal["known", "analogue", "novel"]


class PickSettings(Settings):
    """Which candidates are picked for assay."""

    size: int = Field(30, ge=1)
    """Candidates to pick; fewer where fewer may be picked."""
    explore: float = Field(0.2, ge=0, le=1)
    """Share of them for structures that only caution keeps out of the head of the ranking: at face
    value they would be in it."""
    tiers: tuple[Tier, ...] = Field(("analogue", "novel"), min_length=1)
    """Tiers that may be picked: known, analogue, novel."""
    per_scaffold: int = Field(2, ge=1)
    """Picks that may share a scaffold; structures without rings share none."""
    similarity: float = Field(0.5, gt=0, le=1)
    """Tanimoto similarity (Morgan counts, radius 2) from which on two structures are too alike to
    pick both: what is learned of one tells of the other; measured in docs/picking.md."""
    per_genus: int = Field(5, ge=1)
    """Picks that may come from one genus; organisms that are not stated share none."""
    plate: Plate = 96
    """Wells of the assay plate, 96 or 384. Outer columns are left for controls: 80 or 320 are
    for compounds."""

    @model_validator(mode="after")
    def _fits_the_plate(self) -> Self:
        n_wells = len(compound_wells(self.plate))
        if self.size > n_wells:
            raise ValueError(
                f"size {self.size} is more than the {n_wells} wells for compounds of a plate "
                f"with {self.plate}"
            )
        return self
