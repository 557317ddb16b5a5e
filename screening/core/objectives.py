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
    label: str = ""
    """What people call it; empty: the column."""
    worst: float
    """Value with desirability 0."""
    best: float
    """Value with desirability 1."""
    weight: float = Field(1.0, gt=0)
    """Share of the objective in the score; a group weighs the mean of its objectives."""
    group: str = ""
    """Objectives of one group are averaged first, so that nine tumour panels count as one wish."""
    reason: str = ""
    """Why it is wished, and why with this weight."""

    @model_validator(mode="after")
    def _needs_a_slope(self) -> Objective:
        if self.worst == self.best:
            raise ValueError("worst and best must differ")
        return self


class Limit(Settings):
    """A hard limit: breaking it sets a flag with its reason; nothing is removed."""

    column: str
    """Endpoint or descriptor."""
    label: str = ""
    """What people call it; empty: the column."""
    relation: Literal["above", "below"]
    """The flag is set when the value is above or below the limit."""
    value: float
    """The limit, in the column's unit."""
    reason: str
    """What the flag says."""


# 4.5 is the sum of the risks below.
_TUMOUR_REASON = "Most marine drugs are against tumours; weighs as much as all risks together."
_PANELS = {
    "nci60_breast": "breast tumour panel",
    "nci60_cns": "brain tumour panel",
    "nci60_colon": "colon tumour panel",
    "nci60_leukemia": "leukaemia panel",
    "nci60_lung": "lung tumour panel",
    "nci60_melanoma": "melanoma panel",
    "nci60_ovarian": "ovarian tumour panel",
    "nci60_prostate": "prostate tumour panel",
    "nci60_renal": "renal tumour panel",
}


def _panel(column: str, label: str) -> Objective:
    return Objective(
        column=column,
        label=label,
        worst=0.0,
        best=0.8,
        weight=4.5,
        group="tumour panels",
        reason=_TUMOUR_REASON,
    )


def _risk(column: str, label: str, weight: float, reason: str) -> Objective:
    return Objective(column=column, label=label, worst=1.0, best=0.1, weight=weight, reason=reason)


DEFAULT_OBJECTIVES = (
    *(_panel(column, label) for column, label in _PANELS.items()),
    _risk(
        "hskmc_cytotoxicity",
        "muscle cell toxicity",
        1.5,
        "Primary human cells that do not divide much: what kills them too is a plain poison.",
    ),
    _risk(
        "hepg2_cytotoxicity",
        "HepG2 toxicity",
        0.5,
        "Liver cells, but of a tumour: a wanted and an unwanted effect, so it weighs little.",
    ),
    _risk("herg", "hERG block", 1.0, "Block of the heart's potassium channel ends programmes."),
    _risk("ames", "Ames mutagenicity", 0.75, "Mutagens are tolerated in oncology only."),
    _risk("dili", "liver injury", 0.75, "Liver injury stops trials; its labels are noisy."),
    Objective(
        column="sa_score",
        label="synthetic accessibility",
        worst=9.0,
        best=4.0,
        weight=0.5,
        reason="Supply decides the fate of marine leads; fermentation may replace synthesis, so it "
        "weighs little.",
    ),
    Objective(
        column="np_likeness",
        label="natural-product likeness",
        worst=-1.0,
        best=1.5,
        weight=0.25,
        reason="Puts contaminants and solvents of extraction behind true metabolites.",
    ),
)

DEFAULT_LIMITS = (
    Limit(
        column="MolWt",
        label="mass",
        relation="above",
        value=1500.0,
        reason="heavier than any marine small-molecule drug (plitidepsin 1,110 Da); treat it as a "
        "peptide or payload",
    ),
    Limit(
        column="TPSA",
        label="polar surface",
        relation="above",
        value=250.0,
        reason="beyond what is absorbed by mouth (Doak 2014, doi:10.1016/j.chembiol.2014.08.013): "
        "plan for injection",
    ),
    Limit(
        column="MolLogP",
        label="log P",
        relation="above",
        value=10.0,
        reason="beyond oral drugs outside the rule of five (Doak 2014, "
        "doi:10.1016/j.chembiol.2014.08.013): expect poor solubility",
    ),
    Limit(
        column="sa_score",
        label="synthetic accessibility",
        relation="above",
        value=8.0,
        reason="synthesis is hardly feasible: secure the natural supply first",
    ),
    Limit(
        column="herg",
        label="hERG block",
        relation="above",
        value=0.8,
        reason="probable block of the heart's potassium channel: measure it first",
    ),
    Limit(
        column="ames",
        label="Ames mutagenicity",
        relation="above",
        value=0.8,
        reason="probable mutagen: run an Ames test first",
    ),
    Limit(
        column="hskmc_cytotoxicity",
        label="muscle cell toxicity",
        relation="above",
        value=0.8,
        reason="probably toxic to healthy cells: ask for selectivity",
    ),
)


class RankSettings(Settings):
    """What makes a candidate."""

    objectives: tuple[Objective, ...] = Field(DEFAULT_OBJECTIVES, min_length=1)
    """Wishes whose weighted geometric mean is the score."""
    limits: tuple[Limit, ...] = DEFAULT_LIMITS
    """Hard limits that set flags."""
    caution: float = Field(1.0, ge=0)
    """Standard deviations by which a prediction is moved to its bad side before it is judged."""
    out_of_domain_factor: float = Field(0.5, ge=0, le=1)
    """Desirability kept by a prediction that lies outside its model's domain."""
