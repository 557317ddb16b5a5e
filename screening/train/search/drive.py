"""Handing out trials, hearing of them, and being done in time."""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from optuna.trial import Trial, TrialState

from screening.core.finished_trial import FinishedTrial, TrialStatus
from screening.core.watchdog import Limits
from screening.train.recipe import Recipe
from screening.train.search.channel import Inbox, Score
from screening.train.search.space import Learner, values_of
from screening.train.search.start import start_file
from screening.train.search.study import LearnerStudy
from screening.train.search.work import Order, Outcome, run_trial

if TYPE_CHECKING:
    from distributed import Client, Future, Queue

_TICK_S = 1.0
"""So often the workers are counted: one that died comes back after seconds."""
_BEYOND_END_S = 2.0
"""A worker whose trial goes on for so long after the end is ended by its own clock."""
_PARTNER: dict[Learner, Learner] = {"network": "trees", "trees": "network"}


@dataclass(frozen=True)
class Budget:
    """When a search stops.

    Parameters
    ----------
    end : value of `time.monotonic` at which nothing may run any more.
    most_trials : of both learners together, in this call; None: as many as there is time for.
    memory : the most that one trial may take.
    """

    end: float
    most_trials: int | None
    memory: str

    def left_s(self) -> float:
        """Seconds until the end."""
        return self.end - time.monotonic()


@dataclass
class _Running:
    study: LearnerStudy
    trial: Trial
    recipe: Recipe
    verdicts: Queue
    future: Future[Outcome]
    started: float = field(default_factory=time.monotonic)
    started_ms: int = field(default_factory=lambda: time.time_ns() // 1_000_000)
    steps: list[tuple[int, float]] = field(default_factory=list)


class Driver:
    """The loop around Optuna's ask and tell.

    Parameters
    ----------
    client : of the cluster; every worker has one trial at a time.
    studies : of the learners; the one that has cost least gets the next worker.
    on_finished : called with each finished trial and whether it is its learner's best so far.
    """

    def __init__(
        self,
        client: Client,
        studies: Sequence[LearnerStudy],
        budget: Budget,
        on_finished: Callable[[FinishedTrial, bool], None],
    ) -> None:
        self._client, self._studies, self._budget = client, studies, budget
        self._on_finished = on_finished
        self._topic = f"search-{uuid.uuid4().hex}"
        self._inbox = Inbox(client, self._topic)
        self._running: dict[str, _Running] = {}
        self._n_asked = 0

    def run(self) -> None:
        """Try settings until the budget is spent.

        Raises
        ------
        Exception : whatever a trial raises but for what its settings can be blamed for.
        """
        with self._inbox.open():
            try:
                while self._budget.left_s() > 0:
                    self._fill()
                    if not self._running and not self._open_studies():
                        break
                    self._hear(min(_TICK_S, self._budget.left_s()))
            finally:
                for key in list(self._running):
                    self._stop(key)

    def _open_studies(self) -> list[LearnerStudy]:
        """Those for whose trials there is time, the one that has cost least first."""
        if self._n_asked == self._budget.most_trials:
            return []
        left = self._budget.left_s()
        return sorted((one for one in self._studies if left > one.least_s), key=self._cost)

    def _fill(self) -> None:
        """A trial for each worker that has none."""
        for _ in range(len(self._client.nthreads()) - len(self._running)):
            if studies := self._open_studies():
                self._submit(studies[0])

    def _cost(self, study: LearnerStudy) -> float:
        """Seconds that a learner's trials have taken, those under way included."""
        now = time.monotonic()
        mine = (one for one in self._running.values() if one.study is study)
        return study.seconds + sum(now - one.started + 1e-3 for one in mine)

    def _submit(self, study: LearnerStudy) -> None:
        from distributed import Queue

        trial, recipe = study.ask()
        key = f"{self._topic}-{study.learner}-{trial.number}"
        seconds = min(self._budget.left_s() + _BEYOND_END_S, study.most_s)
        order = Order(
            trial=key,
            topic=self._topic,
            learner=study.learner,
            recipe=recipe,
            folder=study.folder,
            partner=start_file(study.folder, _PARTNER[study.learner]),
            limits=Limits(seconds, self._budget.memory),
        )
        verdicts = Queue(key, client=self._client)
        future = self._client.submit(run_trial, order, key=key, pure=False)
        self._running[key] = _Running(study, trial, recipe, verdicts, future)
        self._inbox.watch(key, future)
        self._n_asked += 1

    def _hear(self, timeout_s: float) -> None:
        message = self._inbox.next(timeout_s)
        if message is None or message.trial not in self._running:
            return
        if not isinstance(message, Score):
            self._end(message.trial)
            return
        one = self._running[message.trial]
        if math.isnan(message.score):
            # The first endpoints may have one class among the structures held out.
            one.verdicts.put(True)
            return
        one.steps.append((message.step, message.score))
        one.trial.report(message.score, message.step)
        one.verdicts.put(not one.trial.should_prune())

    def _end(self, key: str) -> None:
        """Tell Optuna and the listener what became of a trial."""
        one = self._running.pop(key)
        error: Any = one.future.exception()
        if error is not None:
            self._tell(one, "failed", _blame(error))
            return
        outcome = one.future.result()
        if outcome.raw is None:
            self._tell(one, "pruned", "worse than half of the complete trials at this step")
        elif not math.isfinite(outcome.score):
            self._tell(one, "failed", "nothing could be measured")
        else:
            is_best = one.study.complete(one.trial, outcome.score, outcome.raw)
            self._tell(one, "complete", "", is_best=is_best)

    def _stop(self, key: str) -> None:
        """Give a trial up; its worker ends by its own clock if the task does not."""
        one = self._running.pop(key)
        one.verdicts.put(False)
        one.future.cancel()
        self._tell(one, "pruned" if one.steps else "failed", "the search was over")

    def _tell(
        self, one: _Running, status: TrialStatus, note: str, *, is_best: bool = False
    ) -> None:
        seconds = time.monotonic() - one.started
        one.study.seconds += seconds
        one.verdicts.close()
        if status != "complete":
            state = TrialState.PRUNED if status == "pruned" else TrialState.FAIL
            one.study.study.tell(one.trial, state=state)
        done = FinishedTrial(
            learner=one.study.learner,
            number=one.trial.number,
            values=values_of(one.recipe, one.study.learner),
            status=status,
            score=one.steps[-1][1] if one.steps else None,
            steps=tuple(one.steps),
            started_ms=one.started_ms,
            seconds=seconds,
            note=note,
        )
        self._on_finished(done, is_best)


def _blame(error: BaseException) -> str:
    """What a trial died of, where its settings can be the cause.

    Raises
    ------
    BaseException : any other error, a programming error.
    """
    from distributed import KilledWorker

    if isinstance(error, KilledWorker):
        return "its worker died: a crash, or beyond the limit of time or memory"
    if isinstance(error, MemoryError | RuntimeError | FloatingPointError):
        return f"{type(error).__name__}: {str(error).splitlines()[0][:200] if str(error) else ''}"
    raise error
