"""A search as one MLflow run, and below it one for each trial."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from screening.core.errors import ConfigError
from screening.core.finished_trial import FinishedTrial
from screening.core.markdown import escape_markdown
from screening.track.away import StoreAway, store_errors
from screening.track.fields import mlflow_name, one_line
from screening.track.store import Store, initialise_store, one_at_a_time, open_store

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

_NAME_CHARS = 100
# A trial that was stopped early counts as killed; the tag `trial_status` says it in our words.
_STATUS = {"complete": "FINISHED", "pruned": "KILLED", "failed": "FAILED"}


class SearchRun:
    """The open run of a search.

    Parameters
    ----------
    store : where it is recorded. client, run : of MLflow.
    """

    def __init__(self, store: Store, client: MlflowClient, run: Run) -> None:
        self._store, self._client, self._run = store, client, run

    @property
    def run_id(self) -> str:
        """MLflow's id of the search's run."""
        return str(self._run.info.run_id)

    def record(self, trial: FinishedTrial) -> None:
        """Write a finished trial as a nested run; a server that is away misses it.

        Its settings are parameters, its scores a metric by step.
        """
        with suppress(StoreAway), one_at_a_time(self._store.uri), store_errors(self._store.uri):
            self._record(trial)

    def end(self, status: str) -> None:
        """Close the run as `FINISHED` or `FAILED`, if the store is still there."""
        # What broke first is what the user must hear, not that the store has gone, too.
        with suppress(ConfigError), one_at_a_time(self._store.uri), store_errors(self._store.uri):
            self._client.set_terminated(self.run_id, status)

    def close(
        self, values: Mapping[str, float | int], metrics: Mapping[str, float], found: Path
    ) -> None:
        """Write what was found: best settings, scores and counts, and the file itself.

        A server that has gone away meanwhile misses it.
        """
        from mlflow.entities import Metric, Param
        from mlflow.utils.time import get_current_time_millis

        now = get_current_time_millis()
        with suppress(StoreAway), one_at_a_time(self._store.uri), store_errors(self._store.uri):
            self._client.log_batch(
                self.run_id,
                params=[Param(f"best.{name}", str(value)) for name, value in values.items()],
                metrics=[Metric(mlflow_name(key), value, now, 0) for key, value in metrics.items()],
            )
            self._client.log_artifact(self.run_id, str(found))

    def _record(self, trial: FinishedTrial) -> None:
        from mlflow.entities import Metric, Param, RunTag

        ended = trial.started_ms + round(1000 * trial.seconds)
        nested = self._client.create_run(
            self._run.info.experiment_id,
            start_time=trial.started_ms,
            run_name=f"{trial.learner} {trial.number}",
            tags={
                "kind": "trial",
                "learner": trial.learner,
                "trial_status": trial.status,
                "mlflow.parentRunId": self.run_id,
                "mlflow.source.name": "screening",
            },
        )
        metrics = [Metric("score_by_step", score, ended, step) for step, score in trial.steps]
        metrics.append(Metric("seconds", trial.seconds, ended, 0))
        if trial.score is not None:
            metrics.append(Metric("score", trial.score, ended, 0))
        self._client.log_batch(
            nested.info.run_id,
            params=[Param(name, str(value)) for name, value in trial.values.items()],
            metrics=metrics,
            tags=[RunTag("note", one_line(trial.note, 500))] if trial.note else [],
        )
        self._client.set_terminated(nested.info.run_id, _STATUS[trial.status], ended)


@contextmanager
def search_run(store: Store, name: str, params: Mapping[str, str]) -> Iterator[SearchRun | None]:
    """A run `search NAME` that lasts as long as the block; it has failed where the block has.

    Parameters
    ----------
    name : of what is searched for. params : of the search.

    Yields
    ------
    the run, or None where the store is a server that does not answer.

    Raises
    ------
    ConfigError : the store cannot be used.
    """
    try:
        run = _open(store, name, params)
    except StoreAway:
        yield None
        return
    try:
        yield run
    except BaseException:
        run.end("FAILED")
        raise
    run.end("FINISHED")


def _open(store: Store, name: str, params: Mapping[str, str]) -> SearchRun:
    from mlflow.entities import Param

    experiment = initialise_store(store.uri, store.experiment, store.artifact_location)
    shown = one_line(name, _NAME_CHARS)
    with one_at_a_time(store.uri), store_errors(store.uri):
        client = open_store(store.uri)
        run = client.create_run(
            experiment,
            run_name=f"search {shown}",
            tags={
                "kind": "search",
                "mlflow.source.name": "screening",
                "mlflow.note.content": f"Search for the settings of {escape_markdown(name)}: the "
                "best are the parameters `best.*`, the trials are the nested runs.",
            },
        )
        values = [Param(key, one_line(value, 500)) for key, value in params.items()]
        client.log_batch(run.info.run_id, params=values)
    return SearchRun(store, client, run)
