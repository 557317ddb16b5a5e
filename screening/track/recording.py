"""Writes one screen to MLflow: a run, and below it one for each candidate of the pick."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from screening.core.errors import ConfigError
from screening.core.partitions import read_partitions
from screening.core.tables import RANKING
from screening.track.away import store_errors
from screening.track.candidate_runs import record_candidates
from screening.track.candidates import Picked
from screening.track.fields import metrics, mlflow_name, parameters, tags
from screening.track.registry_read import registered_models
from screening.track.request import Request
from screening.track.store import Store, initialise_store, one_at_a_time, open_store
from screening.track.views import candidates_page, candidates_view, run_page, view_key

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import DatasetInput, Run

FILES = ("report.html", "curation.html", "ranking.csv", "pick.csv", "pick.sdf")
_FOLDERS = ("ranking.parquet", "pick.parquet", "changes.parquet")
TOKEN = "screen_token"
TABLE_ROWS = 200
# MLflow keeps 36 characters of a dataset's digest; the whole SHA-256 stands in its profile.
_DIGEST_CHARS = 36
# More parameters or tags than this are refused in one call.
_BATCH = 100
_TABLE = {
    "rank": "rank",
    "name": "name",
    "organism": "organisms",
    "marine": "marine",
    "smiles": "smiles",
    "score": "score",
    "score_mean": "score_mean",
    "domain_share": "domain_share",
    "decision": "decision",
    "why": "why",
    "flags": "flags",
}


def record_run(
    folder: Path,
    store: Store,
    request: Request,
    summary: Mapping[str, Any],
    picked: Sequence[Picked],
) -> dict[str, str]:
    """The finished run of this very screen: found by its token, else written.

    What a killed recording has left is removed first (MLflow keeps it among the deleted runs).

    Parameters
    ----------
    folder : folder of the library.
    store : where to record.
    request : token, time, sources and configuration.
    summary : of the screen.
    picked : the candidates of the pick.

    Returns
    -------
    `mlflow_run_id`, `mlflow_experiment_id` and `mlflow_page`: where MLflow shows the candidates,
    below the address of its server.

    Raises
    ------
    ConfigError, StoreAway : the store cannot be used, or is away.
    """
    experiment_id = initialise_store(store.uri, store.experiment, store.artifact_location)
    ids = {"mlflow_experiment_id": experiment_id}
    with one_at_a_time(store.uri), store_errors(store.uri):
        client = open_store(store.uri)
        for run in _runs_of(client, experiment_id, f"tags.{TOKEN} = '{request.token}'"):
            if run.info.status == "FINISHED":
                return _with_page(ids, str(run.info.run_id), summary, picked)
            _discard(client, experiment_id, run)
        run = client.create_run(
            experiment_id,
            start_time=request.started_ms,
            run_name=f"{summary['library']} {summary['date']}",
            tags={TOKEN: request.token, **tags(summary), **_registered(client, summary)},
        )
        run_id = str(run.info.run_id)
        try:
            _fill(client, run, folder, request, summary={**summary, **ids}, picked=picked)
        except BaseException:
            # If the store itself is gone, what broke first is what the user must hear.
            with suppress(ConfigError), store_errors(store.uri):
                client.set_terminated(run_id, "FAILED")
            raise
        client.set_terminated(run_id, "FINISHED")
    return _with_page(ids, run_id, summary, picked)


def _registered(client: MlflowClient, summary: Mapping[str, Any]) -> dict[str, str]:
    """Tags that lead from the screen to the registered versions of its models."""
    digests = {str(model["name"]): str(model["digest"]) for model in summary["models"]}
    return {
        mlflow_name(f"model.{name}.registered"): place
        for name, place in registered_models(client, digests).items()
    }


def _fill(
    client: MlflowClient,
    run: Run,
    folder: Path,
    request: Request,
    *,
    summary: Mapping[str, Any],
    picked: Sequence[Picked],
) -> None:
    """Write all that belongs to a screen's run, its candidates, and the view of them."""
    run_id = str(run.info.run_id)
    _log_values(client, run_id, summary, request.config)
    client.log_inputs(run_id, _datasets(summary, request.sources))
    _log_artifacts(client, run_id, folder, {**summary, "mlflow_run_id": run_id})
    record_candidates(client, run, picked, summary["library"])
    view = candidates_view(summary["library"], run_id, request.started_ms)
    client.set_experiment_tag(run.info.experiment_id, view.tag, view.content)


def _with_page(
    ids: dict[str, str], run_id: str, summary: Mapping[str, Any], picked: Sequence[Picked]
) -> dict[str, str]:
    """The ids with the page to open: the view of the candidates, or the run without any."""
    experiment = ids["mlflow_experiment_id"]
    page = (
        candidates_page(experiment, view_key(summary["library"]))
        if picked
        else run_page(experiment, run_id)
    )
    return {**ids, "mlflow_run_id": run_id, "mlflow_page": page}


def _runs_of(client: MlflowClient, experiment_id: str, which: str) -> Sequence[Run]:
    found: Sequence[Run] = client.search_runs([experiment_id], filter_string=which)
    return found


def _discard(client: MlflowClient, experiment_id: str, run: Run) -> None:
    """Remove a run that was not finished, and those below it."""
    below = f"tags.mlflow.parentRunId = '{run.info.run_id}'"
    for one in (*_runs_of(client, experiment_id, below), run):
        client.delete_run(one.info.run_id)


def _log_values(
    client: MlflowClient, run_id: str, summary: Mapping[str, Any], config: Mapping[str, Any]
) -> None:
    from mlflow.entities import Metric, Param
    from mlflow.utils.time import get_current_time_millis

    now = get_current_time_millis()
    values = [Param(key, value) for key, value in parameters(summary, config).items()]
    for start in range(0, len(values), _BATCH):
        client.log_batch(run_id, params=values[start : start + _BATCH])
    numbers = [Metric(key, value, now, 0) for key, value in metrics(summary).items()]
    client.log_batch(run_id, metrics=numbers)


def _datasets(
    summary: Mapping[str, Any], sources: Sequence[Mapping[str, str]]
) -> list[DatasetInput]:
    """One dataset for each file of the library; of its place only the file name is told."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    inputs = []
    for source in sources:
        name = str(summary["library"])
        profile = {"sha256": source["sha256"], "n_records": summary["n_records"]}
        dataset = Dataset(
            name=name if len(sources) == 1 else f"{name}: {source['name']}",
            digest=source["sha256"][:_DIGEST_CHARS],
            source_type="local",
            source=json.dumps({"uri": source["name"]}),
            profile=json.dumps(profile),
        )
        inputs.append(DatasetInput(dataset, [InputTag("mlflow.data.context", "screening")]))
    return inputs


def _log_artifacts(
    client: MlflowClient, run_id: str, folder: Path, summary: Mapping[str, Any]
) -> None:
    client.log_table(run_id, _top_table(folder / "ranking.parquet"), "top_candidates.json")
    for name in FILES:
        client.log_artifact(run_id, str(folder / name))
    for table in (folder / name for name in _FOLDERS):
        if table.is_dir():
            client.log_artifacts(run_id, str(table), table.name)
    for report in sorted((folder / "stages").glob("*/dask.html")):
        client.log_artifact(run_id, str(report), f"dask/{report.parent.name}")
    client.log_dict(run_id, dict(summary), "summary.json")


def _top_table(ranking: Path) -> dict[str, list[Any]]:
    """The head of the ranking in columns, lists joined to text."""
    columns: dict[str, list[Any]] = {name: [] for name in _TABLE}
    for table in read_partitions(ranking, RANKING, list(_TABLE.values())):
        head = table.filter(pc.less_equal(table.column("rank"), TABLE_ROWS))
        for row in head.to_pylist():
            for name, column in _TABLE.items():
                value = row[column]
                columns[name].append("; ".join(value) if isinstance(value, list) else value)
        if len(columns["rank"]) >= TABLE_ROWS:
            break
    return columns
