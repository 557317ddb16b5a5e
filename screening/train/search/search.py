"""A search from start to end."""

from __future__ import annotations

import itertools
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from screening.core.cluster import open_client
from screening.core.compute import Compute
from screening.core.finished_trial import FinishedTrial
from screening.core.lock import only_one
from screening.core.provenance import code_digest, value_digest
from screening.train.prepare import prepare
from screening.train.recipe import Recipe
from screening.train.search.drive import Budget, Driver
from screening.train.search.found import SearchResult, write_found
from screening.train.search.score import blended_score
from screening.train.search.sets import FILE, SearchSet, make_set, write_set
from screening.train.search.sources import Source
from screening.train.search.space import LEARNERS
from screening.train.search.start import measure_start
from screening.train.search.study import LearnerStudy, open_storage, open_study

Listener = Callable[[FinishedTrial], None]
_DIGEST_CHARS = 12


@dataclass(frozen=True)
class SearchOptions:
    """What the command line says about a search.

    Parameters
    ----------
    minutes : after them no trial runs any more; structures and the start, which are always
        finished, count.
    most_trials : beside the start, in this call; None: as many as there is time for.
    test : fixed test whose structures no trial sees; what training is to make of it, if it is not
        there yet.
    """

    minutes: float
    most_trials: int | None = None
    test: Path | None = None


def search(
    source: Source,
    output: Path,
    options: SearchOptions,
    compute: Compute,
    on_finished: Listener | None = None,
) -> SearchResult:
    """Search for the settings of networks and trees, and write what was found.

    The study is kept beside the output: a second call on the same table, start, test and code
    goes on with it.

    Parameters
    ----------
    source : labels and the settings to begin with.
    output : YAML file for the settings.
    on_finished : called with each finished trial.

    Raises
    ------
    TrainingDataError : the table cannot be searched on. InputError : the test cannot be read.
    ConfigError : the cluster cannot be used.
    """
    began = time.monotonic()
    data = _search_set(source, options, compute)
    folder = _study_folder(output, data, source.recipe)
    folder.mkdir(parents=True, exist_ok=True)
    with only_one(folder / "lock", _say, "searching here"):
        if not (folder / FILE).is_file():
            write_set(folder, data)
        with open_client(compute) as client:
            measured = measure_start(client, data, source.recipe, folder)
            storage = open_storage(folder)
            studies = [
                open_study(storage, learner, source.recipe, measured, folder=folder)
                for learner in LEARNERS
            ]
            budget = Budget(
                began + 60 * options.minutes, options.most_trials, compute.memory_per_worker
            )
            progress = _Progress(studies, budget, on_finished)
            Driver(client, studies, budget, progress.hear).run()
        result = _result(data, studies, folder, began)
        write_found(output, source, result)
    progress.close(result)
    return result


def _search_set(source: Source, options: SearchOptions, compute: Compute) -> SearchSet:
    prepared = prepare(source.recipe, source.tables, compute.n_workers, test=options.test)
    data = make_set(source.recipe, prepared)
    _say(
        f"{len(data.learned()):,} structures to learn from; trials are measured on "
        f"{len(data.rows()):,} of them, in {len(data.measured)} folds by scaffold"
    )
    return data


def _study_folder(output: Path, data: SearchSet, start: Recipe) -> Path:
    """Named by all that decides a score: scores of another table or code cannot be compared."""
    facts = [
        data.digest,
        code_digest("train"),
        *(getattr(start, name).model_dump() for name in ("network", "training", "trees")),
    ]
    return output.with_suffix(".study") / value_digest(facts)[:_DIGEST_CHARS]


def _result(
    data: SearchSet, studies: Sequence[LearnerStudy], folder: Path, began: float
) -> SearchResult:
    """The best of both learners together, where they are: each was measured beside the start."""
    targets = data.targets[data.rows()]
    start = studies[0].start_score
    choices = [(study.best(), study.start_best()) for study in studies]
    scored = [
        (blended_score(np.load(one.raw), np.load(two.raw), targets, data.is_class), one, two)
        for one, two in itertools.product(*choices)
    ]
    score, *chosen = min(scored, key=lambda item: item[0])
    states = Counter(
        trial.state.name.lower() for study in studies for trial in study.study.trials[1:]
    )
    return SearchResult(
        recipe=chosen[0].recipe.model_copy(update={"trees": chosen[1].recipe.trees}),
        score=score,
        start_score=start,
        n_trials={state: states[state] for state in ("complete", "pruned", "fail")},
        study=folder,
        seconds=time.monotonic() - began,
    )


class _Progress:
    """A line for each finished trial."""

    def __init__(
        self, studies: Sequence[LearnerStudy], budget: Budget, on_finished: Listener | None
    ) -> None:
        self._budget, self._on_finished = budget, on_finished
        self._start = studies[0].start_score
        kept = sum(len(study.study.trials) - 1 for study in studies)
        _say(f"the start scores {self._start:.4f}" + (f"; {kept} trials are kept" if kept else ""))
        self._best: dict[str, float] = {study.learner: study.best().score for study in studies}

    def hear(self, trial: FinishedTrial, is_best: bool) -> None:
        """Say what came of a trial, and pass it on."""
        if is_best and trial.score is not None:
            self._best[trial.learner] = trial.score
        score = "" if trial.score is None else f" {trial.score:.4f}"
        best = ", ".join(f"{learner} {score:.4f}" for learner, score in self._best.items())
        note = f" ({trial.note})" if trial.note else ""
        _say(
            f"{trial.learner} {trial.number}: {trial.status}{score}{note}, {trial.seconds:.0f} s; "
            f"best {best}; {max(0.0, self._budget.left_s()) / 60:.1f} min left"
        )
        if self._on_finished:
            self._on_finished(trial)

    def close(self, result: SearchResult) -> None:
        """Say what was found."""
        complete = result.n_trials["complete"]
        if not complete:
            _say("the time was too short for a single trial beside the start; give more --minutes")
        verdict = "better" if result.is_better else "nothing is better"
        _say(f"start {result.start_score:.4f}, found {result.score:.4f}: {verdict}")


def _say(line: str) -> None:
    print(f"[search] {line}", file=sys.stderr, flush=True)
