"""One finished trial of a hyper-parameter search, as `train` hands it on and `track` records it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

TrialStatus = Literal["complete", "pruned", "failed"]


@dataclass(frozen=True)
class FinishedTrial:
    """What was tried, and what came of it.

    Parameters
    ----------
    learner : `network` or `trees`: the half of the predictor that the trial varies.
    number : of the trial within its learner, from 1; 0 is the start, which is no trial.
    values : setting, such as `training.epochs`, → what was tried.
    status : `pruned` trials were stopped because their middle scores promised nothing.
    score : the last score there is, lower is better; None before the first.
    steps : (step, score) after parts of the training, in order.
    started_ms : milliseconds since 1970. seconds : it took.
    note : why it failed or was stopped, or "".
    """

    learner: str
    number: int
    values: Mapping[str, float | int]
    status: TrialStatus
    score: float | None
    steps: Sequence[tuple[int, float]]
    started_ms: int
    seconds: float
    note: str = ""
