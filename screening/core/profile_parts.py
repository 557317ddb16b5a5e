"""What the profiles of the ranking are put together from: wishes and limits."""

from __future__ import annotations

from screening.core.objectives import Limit, Objective

ACTIVITY, SAFETY, SUPPLY = "activity", "safety", "supply"
"""The aims that the profiles weigh against each other."""


def activity(
    column: str, label: str, ends: tuple[float, float], weight: float, reason: str
) -> Objective:
    """A wish for activity; `ends` are the probabilities of no use and fully good."""
    return Objective(
        column=column,
        label=label,
        aim=ACTIVITY,
        worst=ends[0],
        best=ends[1],
        weight=weight,
        reason=reason,
    )


def selectivity(of: str, named: str, span: float) -> tuple[Objective, Objective]:
    """Activity over the toxicity to human cells; equal probabilities are neutral.

    Parameters
    ----------
    of, named : endpoint or group, and what people call it.
    span : difference that is fully good; the same to the other side is of no use.
    """
    muscle = Objective(
        column=of,
        over="hskmc_cytotoxicity",
        label=f"{named} over muscle cells",
        aim=SAFETY,
        worst=-span,
        best=span,
        weight=1.5,
        reason="Primary human cells that do not divide much: what kills them as surely is a plain "
        "poison.",
    )
    liver = muscle.model_copy(
        update={
            "over": "hepg2_cytotoxicity",
            "label": f"{named} over HepG2",
            "weight": 0.5,
            "reason": "Liver cells, but of a tumour: harm to them tells less, so it weighs little.",
        }
    )
    return muscle, liver


def _risk(column: str, label: str, weight: float, reason: str) -> Objective:
    return Objective(
        column=column, label=label, aim=SAFETY, worst=1.0, best=0.1, weight=weight, reason=reason
    )


def risks(ames: str) -> tuple[Objective, ...]:
    """What ends programmes; `ames` is the reason for the wish that nothing is a mutagen."""
    return (
        _risk("herg", "hERG block", 1.0, "Block of the heart's potassium channel ends programmes."),
        _risk("ames", "Ames mutagenicity", 0.75, ames),
        _risk("dili", "liver injury", 0.75, "Liver injury stops trials; its labels are noisy."),
    )


def _supply(  # noqa: PLR0917  # a row of the table below
    column: str, label: str, worst: float, best: float, weight: float, reason: str
) -> Objective:
    return Objective(
        column=column, label=label, aim=SUPPLY, worst=worst, best=best, weight=weight, reason=reason
    )


SUPPLY_WISHES = (
    _supply(
        "sa_score",
        "synthetic accessibility",
        9.0,
        4.0,
        0.5,
        "Supply decides the fate of marine leads; fermentation may replace synthesis, so it "
        "weighs little.",
    ),
    _supply(
        "np_likeness",
        "natural-product likeness",
        -1.0,
        1.5,
        0.25,
        "Puts contaminants and solvents of extraction behind true metabolites.",
    ),
    _supply(
        "has_organism",
        "organism stated",
        0.0,
        1.0,
        0.25,
        "What no organism is stated for cannot be collected or grown again.",
    ),
    _supply(
        "is_quarantined",
        "quarantine",
        1.0,
        0.0,
        0.25,
        "In quarantine is what is probably no natural product; the signs can be wrong, so it "
        "weighs little.",
    ),
)

LIMITS = (
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
