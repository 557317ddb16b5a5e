"""How sure the gate has to be, and how much worse is not yet worse."""

from __future__ import annotations

from pydantic import Field

from screening.core.fixed_test import LEAST_CLASS, LEAST_LABELS
from screening.core.settings import Settings


class JudgeSettings(Settings):
    """Draws and tolerances of a judgement.

    Tolerances are what a training moves when nothing but its seed is changed: in docs/models.md
    ("What each part brings") that is a standard deviation of AUROC of 0.003 to 0.012. A loss of
    that size says nothing about a model.
    """

    draws: int = Field(2000, ge=100)
    """Bootstrap draws: 2,000 place the ends of a 95 % interval (Efron and Tibshirani 1993, An
    Introduction to the Bootstrap, chapter 19, ask for 1,000)."""
    seed: int = 20
    """Of the draws."""
    confidence: float = Field(0.95, gt=0.5, lt=1)
    """Of every interval."""
    skill_tolerance: float = Field(0.02, ge=0)
    """In skill, which is 0 for the base value and 1 for perfection: 0.01 of AUROC, 2 % of the MAE
    of the median."""
    calibration_tolerance: float = Field(0.02, ge=0)
    """In the calibration error: 2 points of a probability, or of the coverage of the intervals."""
    domain_tolerance: float = Field(0.02, ge=0)
    """In the share of test structures whose prediction is in domain."""
    least_labels: int = Field(LEAST_LABELS, ge=3)
    """Labelled structures below which an endpoint is not judged."""
    least_class: int = Field(LEAST_CLASS, ge=1)
    """Structures of each class below which an endpoint is not judged, as in training."""
