"""Optuna's view of the search: one study for each learner, kept in a journal beside the output.

Sampler: TPE (Bergstra et al. 2011, NIPS; Watanabe 2023, arXiv:2304.11127), which takes running
trials for bad ones so that workers do not all try the same. Pruner: a trial whose score after a
step is worse than the median of the complete trials at that step is stopped (Golovin et al. 2017,
KDD, doi:10.1145/3097983.3098043). Optuna's own rule takes the best of all steps so far, but a
trial's early steps, of one endpoint or one fold, may be of easier ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import optuna
from optuna.pruners import BasePruner
from optuna.samplers import TPESampler
from optuna.storages import BaseStorage, JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, Trial, TrialState, create_trial

from screening.train.recipe import Recipe
from screening.train.search.space import SPACE, Learner, values_of, with_values
from screening.train.search.stages import Raw
from screening.train.search.start import Start, start_file

JOURNAL = "trials.journal"
_DRAWN_FIRST = 8
"""Trials drawn at random before TPE has something to go by."""
_NEVER_STOPPED = 4
"""Complete trials before the first may be stopped."""
_WORTH = 0.3
"""Of the start's seconds: a trial that is begun with less has little hope to be complete."""
_TIMES_THE_START, _SHORTEST_LIMIT_S = 10, 60.0
"""A trial may take this many times as long as the start, or a minute: what hangs holds a worker."""


class MedianAtStep(BasePruner):
    """Stops a trial that is worse after its last step than half of the complete ones were."""

    def prune(self, study: optuna.Study, trial: FrozenTrial) -> bool:
        """Whether the trial is to be stopped."""
        step = trial.last_step
        if step is None:
            return False
        done = study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
        others = [one.intermediate_values[step] for one in done if step in one.intermediate_values]
        enough = len(others) >= _NEVER_STOPPED
        return enough and trial.intermediate_values[step] > float(np.median(others))


class Best(NamedTuple):
    """The recipe with a learner's best settings, their score, and the file with the outputs."""

    recipe: Recipe
    score: float
    raw: Path


@dataclass
class LearnerStudy:
    """The trials of one learner.

    Parameters
    ----------
    start : the recipe that the search begins with. start_score : of it.
    folder : of the search.
    least_s, most_s : with less time left none is begun; the longest that one may take.
    seconds : of workers, spent in this call.
    """

    learner: Learner
    study: optuna.Study
    start: Recipe
    start_score: float
    folder: Path
    least_s: float
    most_s: float
    seconds: float = 0.0

    def ask(self) -> tuple[Trial, Recipe]:
        """The next trial, and the recipe it stands for."""
        trial = self.study.ask(dict(SPACE[self.learner]))
        return trial, with_values(self.start, trial.params)

    def complete(self, trial: Trial, score: float, raw: Raw) -> bool:
        """Note the end of a trial; whether it is the best so far, whose outputs are kept."""
        is_best = score < self.best().score
        if is_best:
            # Before the score: a best trial without outputs would be of no use after a kill.
            np.save(self._raw_of(trial.number), raw)
        self.study.tell(trial, score)
        return is_best

    def best(self) -> Best:
        """The best complete trial, or the start."""
        best = self.start_best()
        for trial in self.study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,)):
            raw = self._raw_of(trial.number)
            if trial.value is not None and trial.value < best.score and raw.is_file():
                best = Best(with_values(self.start, trial.params), trial.value, raw)
        return best

    def start_best(self) -> Best:
        """The start."""
        return Best(self.start, self.start_score, start_file(self.folder, self.learner))

    def _raw_of(self, number: int) -> Path:
        return self.folder / f"{self.learner}-{number}.npy"


def open_storage(folder: Path) -> BaseStorage:
    """The journal of a search; a second call goes on with it."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return JournalStorage(JournalFileBackend(str(folder / JOURNAL)))


def open_study(
    storage: BaseStorage, learner: Learner, start: Recipe, measured: Start, *, folder: Path
) -> LearnerStudy:
    """Begin or go on with a learner's study; the start is its trial 0.

    Trials that a killed call left running are failed ones.
    """
    study = optuna.create_study(
        storage=storage, study_name=learner, direction="minimize", load_if_exists=True
    )
    # A second call must not draw again what the first has tried.
    seed = start.training.seed + len(study.trials)
    study.sampler = TPESampler(seed=seed, n_startup_trials=_DRAWN_FIRST)
    study.pruner = MedianAtStep()
    for left in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        study.tell(left.number, state=TrialState.FAIL)
    if not study.trials:
        study.add_trial(_start_trial(start, learner, measured.score))
    seconds = measured.seconds[learner]
    limit = max(_SHORTEST_LIMIT_S, _TIMES_THE_START * seconds)
    return LearnerStudy(learner, study, start, measured.score, folder, _WORTH * seconds, limit)


def _start_trial(start: Recipe, learner: Learner, score: float) -> FrozenTrial:
    """The start, for the sampler to learn from; empty where it lies outside of the space."""
    space, values = dict(SPACE[learner]), values_of(start, learner)
    try:
        return create_trial(value=score, params=dict(values), distributions=space)
    except ValueError:
        return create_trial(state=TrialState.FAIL)
