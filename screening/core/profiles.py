"""What a ranking wishes and warns of, by what is sought: the ready profiles."""

from __future__ import annotations

from dataclasses import dataclass

from screening.core.objectives import Limit, Objective, RankSettings
from screening.core.profile_parts import LIMITS, SUPPLY_WISHES, activity, risks, selectivity


@dataclass(frozen=True)
class Profile:
    """Objectives and limits of one kind of search."""

    objectives: tuple[Objective, ...]
    limits: tuple[Limit, ...]


def objectives_of(settings: RankSettings) -> tuple[Objective, ...]:
    """The objectives that the settings give, or else those of their profile."""
    given = settings.objectives
    return PROFILES[settings.profile].objectives if given is None else given


def limits_of(settings: RankSettings) -> tuple[Limit, ...]:
    """The limits that the settings give, or else those of their profile; custom has none."""
    if settings.limits is not None:
        return settings.limits
    profile = PROFILES.get(settings.profile)
    return profile.limits if profile else ()


def filled(settings: RankSettings) -> RankSettings:
    """The settings with all that their profile gives: what was really wished."""
    return settings.model_copy(
        update={"objectives": objectives_of(settings), "limits": limits_of(settings)}
    )


# Activity weighs as much as selectivity (2) and risks (2.5) together.
_ACTIVITY_WEIGHT = 4.5
_TUMOURS = "tumour panels"
_TUMOUR_REASON = "Most marine drugs are against tumours; weighs as much as all of safety."
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


_ANTITUMOUR = (
    *(
        activity(column, label, (0.0, 0.8), _ACTIVITY_WEIGHT, _TUMOUR_REASON).model_copy(
            update={"group": _TUMOURS}
        )
        for column, label in _PANELS.items()
    ),
    # The panels' mean is near 1 for what most models call active: half a unit over is plenty.
    *selectivity(_TUMOURS, _TUMOURS, 0.5),
    *risks("Mutagens are tolerated in oncology only."),
    *SUPPLY_WISHES,
)

# Few compounds inhibit bacteria or viruses, so that calibrated probabilities stay low: in a screen
# of the bundled marine library the highest per cent reaches about these.
_BEST_BACTERIA, _BEST_HIV = 0.4, 0.3
_ANTIBACTERIAL = (
    activity(
        "s_aureus",
        "S. aureus",
        (0.0, _BEST_BACTERIA),
        2.5,
        "Gram-positive, and the largest of the three models' data: the first activity to show.",
    ),
    *(
        # From the negative, so that no activity is neutral and activity a gain.
        activity(
            column,
            label,
            (-_BEST_BACTERIA, _BEST_BACTERIA),
            1.0,
            "Gram-negative: rare and precious; an agent against Gram-positives alone is one too.",
        )
        for column, label in (("e_coli", "E. coli"), ("a_baumannii", "A. baumannii"))
    ),
    *selectivity("s_aureus", "S. aureus", _BEST_BACTERIA),
    *risks("Mutagens are not tolerated in anti-infectives."),
    *SUPPLY_WISHES,
)

_ANTIVIRAL = (
    activity(
        "hiv",
        "HIV",
        (0.0, _BEST_HIV),
        4.25,
        "Protection of infected cells; by far the larger of the two models' data.",
    ),
    activity(
        "sars_cov_2",
        "SARS-CoV-2",
        (-0.1, 0.1),
        0.25,
        "Its model has no skill to speak of (1.2 % of 5,475 structures active): a hint at most.",
    ),
    *selectivity("hiv", "HIV", _BEST_HIV),
    *risks("Mutagens are not tolerated in anti-infectives."),
    *SUPPLY_WISHES,
)

PROFILES = {
    "antitumour": Profile(_ANTITUMOUR, LIMITS),
    "antibacterial": Profile(_ANTIBACTERIAL, LIMITS),
    "antiviral": Profile(_ANTIVIRAL, LIMITS),
}
"""All profiles but `custom`, which brings its own."""
