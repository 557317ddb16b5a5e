"""The MLflow run of a bundle's training: parameters, metrics, card, fixed test and served model."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING

from screening.core.bundle import (
    CARD_NAME,
    MANIFEST_NAME,
    SIGNATURE_NAME,
    BundleManifest,
    read_bundle,
)
from screening.core.fixed_test import FIXED_TEST
from screening.track.bundle_fields import (
    TEST_DIGEST,
    bundle_metrics,
    bundle_parameters,
    run_tags,
)
from screening.track.registry_read import BUNDLE, BUNDLE_DIGEST

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import DatasetInput, LoggedModel

_CODE = Path(__file__).with_name("served_code.py")
# The project pins all else; these are named for whoever serves the model from another place.
_REQUIREMENTS = ("marine-screening", "mlflow", "torch", "torch_geometric", "rdkit", "numba")
_EXAMPLE = ["CN1C=NC2=C1C(=O)N(C(=O)N2C)C", "not a structure"]
_BATCH = 100
_URI = "MLFLOW_TRACKING_URI"
# MLflow keeps 36 characters of a dataset's digest; the whole one is a tag.
_DIGEST_CHARS = 36


@dataclass(frozen=True)
class TrainedBundle:
    """What is recorded of a bundle.

    Parameters
    ----------
    folder, manifest : of the bundle.
    test : file of the fixed test.
    on_test : metrics on it, by endpoint.
    tags : of its version (`bundle_fields.version_tags`).
    card : Markdown.
    """

    folder: Path
    manifest: BundleManifest
    test: Path
    on_test: Mapping[str, Mapping[str, float]]
    tags: Mapping[str, str]
    card: str


def record_bundle(
    client: MlflowClient, uri: str, experiment_id: str, bundle: TrainedBundle
) -> tuple[str, LoggedModel]:
    """Write the finished run with its logged model; returns the run's id and the model.

    The model is models-from-code: MLflow keeps `served_code.py` and the bundle's files, no pickle.

    Parameters
    ----------
    client, uri : of the store. experiment_id : where the run goes.
    bundle : what is recorded.
    """
    import mlflow
    from mlflow.entities import Param

    name = f"{bundle.manifest.name} {bundle.tags[BUNDLE_DIGEST][:8]}"
    tags = run_tags(bundle.manifest, bundle.tags, bundle.card)
    with (
        _pointed_at(uri),
        mlflow.start_run(experiment_id=experiment_id, run_name=name, tags=tags) as run,
    ):
        run_id = str(run.info.run_id)
        values = [Param(key, value) for key, value in bundle_parameters(bundle.manifest).items()]
        for start in range(0, len(values), _BATCH):
            client.log_batch(run_id, params=values[start : start + _BATCH])
        mlflow.log_metrics(bundle_metrics(bundle.manifest, bundle.on_test))
        client.log_inputs(run_id, list(_datasets(bundle)))
        client.log_text(run_id, bundle.card, CARD_NAME)
        with tempfile.TemporaryDirectory() as scratch:
            client.log_artifact(run_id, shutil.copy(bundle.test, Path(scratch) / FIXED_TEST))
            copied = _copied(bundle, Path(scratch) / BUNDLE)
            model = mlflow.pyfunc.log_model(
                name=BUNDLE,
                python_model=str(_CODE),
                artifacts={BUNDLE: str(copied)},
                input_example=_EXAMPLE,
                pip_requirements=list(_requirements()),
            )
    return run_id, client.get_logged_model(model.model_id)


def _copied(bundle: TrainedBundle, folder: Path) -> Path:
    """The bundle's own files alone, in a folder whose name says nothing of a user."""
    folder.mkdir()
    signed = [SIGNATURE_NAME] if (bundle.folder / SIGNATURE_NAME).is_file() else []
    for name in (MANIFEST_NAME, *signed, *bundle.manifest.files):
        shutil.copyfile(bundle.folder / name, folder / name)
    read_bundle(folder)
    return folder


def _datasets(bundle: TrainedBundle) -> Iterator[DatasetInput]:
    """What it was trained and tested on, by digest; the tables themselves stay where they are."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    for context, digest in (
        ("training", bundle.tags["data_digest"]),
        ("test", bundle.tags[TEST_DIGEST]),
    ):
        if digest:
            dataset = Dataset(
                name=f"{bundle.manifest.name} {context}",
                digest=digest[:_DIGEST_CHARS],
                source_type="local",
                source=json.dumps({"uri": context}),
            )
            yield DatasetInput(dataset, [InputTag("mlflow.data.context", context)])


def _requirements() -> Iterator[str]:
    """Pinned, without the build (`+cpu`) that only an index of its own has."""
    for name in _REQUIREMENTS:
        yield f"{name}=={installed(name).partition('+')[0]}"


@contextmanager
def _pointed_at(uri: str) -> Iterator[None]:
    """MLflow logs models to the store that is set for the whole process, in its environment too."""
    import mlflow

    before = os.environ.get(_URI)
    mlflow.set_tracking_uri(uri)
    try:
        yield
    finally:
        mlflow.set_tracking_uri(None)  # type: ignore[arg-type]
        if before is not None:
            os.environ[_URI] = before
