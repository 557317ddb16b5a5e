"""Records a screen as one MLflow run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from screening.core.accounting import read_stats
from screening.core.errors import ConfigError, InputError
from screening.core.partitions import read_partitions, write_text
from screening.core.provenance import file_digest
from screening.core.tables import RANKING
from screening.track.fields import metrics, parameters, tags
from screening.track.store import (
    Store,
    initialise_store,
    one_at_a_time,
    open_store,
    public_uri,
    store_errors,
)

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import DatasetInput

TABLE_ROWS = 200
# MLflow keeps 36 characters of a dataset's digest; the whole SHA-256 stands in its profile.
_DIGEST_CHARS = 36
# More parameters or tags than this are refused in one call.
_BATCH = 100
_FILES = ("report.html", "curation.html", "ranking.csv")
_TABLE = {
    "rank": "rank",
    "name": "name",
    "organism": "organisms",
    "marine": "marine",
    "smiles": "smiles",
    "score": "score",
    "score_mean": "score_mean",
    "domain_share": "domain_share",
    "why": "why",
    "flags": "flags",
}


def track_screen(
    folder: Path,
    store: Store,
    sources: Sequence[Path],
    config_digest: str,
    config: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Record a screened library as one run of its experiment.

    Parameters
    ----------
    folder : folder of the library with its tables, report and `stages/report/summary.json`.
    store : where to record.
    sources : the library's files; their names and SHA-256 become the run's dataset.
    config_digest : digest of the configuration.
    config : the configuration, for the run's parameters.

    Returns
    -------
    The summary with the run's id, experiment and store.

    Raises
    ------
    InputError : the report has not been written, or a source is gone.
    ConfigError : the store cannot be reached or opened, or breaks off.
    """
    summary = _read_draft(folder)
    summary["config_digest"] = config_digest or summary["config_digest"]
    datasets = _datasets(summary, sources)
    experiment_id = initialise_store(store.uri, store.experiment, store.artifact_location)
    with one_at_a_time(store.uri), store_errors(store.uri):
        client = open_store(store.uri)
        run = client.create_run(experiment_id, run_name=f"{summary['library']} {summary['date']}")
        run_id = str(run.info.run_id)
        summary |= {
            "mlflow_run_id": run_id,
            "mlflow_experiment": store.experiment,
            "mlflow_experiment_id": experiment_id,
            "mlflow_uri": public_uri(store.uri),
        }
        try:
            _log_values(client, run_id, summary, config or {})
            client.log_inputs(run_id, datasets)
            _log_artifacts(client, run_id, folder, summary)
        except BaseException:
            # If the store itself is gone, what broke first is what the user must hear.
            with suppress(ConfigError), store_errors(store.uri):
                client.set_terminated(run_id, "FAILED")
            raise
        client.set_terminated(run_id, "FINISHED")
    return summary


def write_summary(path: Path, summary: Mapping[str, Any]) -> None:
    """Write the final `summary.json`, atomically."""
    write_text(path, json.dumps(summary, indent=2, ensure_ascii=False) + "\n")


def _read_draft(folder: Path) -> dict[str, Any]:
    """The summary that the report left, with the cost of the report itself."""
    path = folder / "stages/report/summary.json"
    try:
        summary: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise InputError(
            f"{path}: cannot be read", f"run `screening report {folder}` first"
        ) from None
    stats = path.with_name("stats.json")
    if stats.is_file():
        cost = read_stats(stats)
        summary["stages"]["report"] = {key: cost[key] for key in ("seconds", "peak_memory_mib")}
    return summary


def _log_values(
    client: MlflowClient, run_id: str, summary: Mapping[str, Any], config: Mapping[str, Any]
) -> None:
    from mlflow.entities import Metric, Param, RunTag
    from mlflow.utils.time import get_current_time_millis

    now = get_current_time_millis()
    values = [Param(key, value) for key, value in parameters(summary, config).items()]
    for start in range(0, len(values), _BATCH):
        client.log_batch(run_id, params=values[start : start + _BATCH])
    client.log_batch(
        run_id,
        metrics=[Metric(key, value, now, 0) for key, value in metrics(summary).items()],
        tags=[RunTag(key, value) for key, value in tags(summary).items()],
    )


def _datasets(summary: Mapping[str, Any], sources: Sequence[Path]) -> list[DatasetInput]:
    """One dataset for each file of the library; of its place only the file name is told."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    inputs = []
    for source in sources:
        try:
            digest = file_digest(source)
        except OSError:
            raise InputError(f"{source}: no such file", "screen the library again") from None
        name = str(summary["library"])
        profile = {"sha256": digest, "n_records": summary["n_records"]}
        dataset = Dataset(
            name=name if len(sources) == 1 else f"{name}: {source.name}",
            digest=digest[:_DIGEST_CHARS],
            source_type="local",
            source=json.dumps({"uri": source.name}),
            profile=json.dumps(profile),
        )
        inputs.append(DatasetInput(dataset, [InputTag("mlflow.data.context", "screening")]))
    return inputs


def _log_artifacts(
    client: MlflowClient, run_id: str, folder: Path, summary: Mapping[str, Any]
) -> None:
    client.log_table(run_id, _top_table(folder / "ranking.parquet"), "top_candidates.json")
    for name in _FILES:
        client.log_artifact(run_id, str(folder / name))
    ranking = folder / "ranking.parquet"
    if ranking.is_dir():
        client.log_artifacts(run_id, str(ranking), ranking.name)
    else:
        client.log_artifact(run_id, str(ranking))
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
