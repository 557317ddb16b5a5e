"""What the report says of each model: name, version, endpoints, sources, accuracy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from screening.core.bundle import MANIFEST_NAME, BundleManifest, EndpointSpec, read_manifest
from screening.core.partitions import partition_files
from screening.core.predictor_manifest import (
    PREDICTOR_NAME,
    PredictorManifest,
    is_predictor,
    read_predictor,
)
from screening.core.provenance import file_digest
from screening.report.files import naming_damage

# Metrics of the manifests that a reader knows, and their names in print.
_METRICS = {
    "auroc": "AUROC",
    "auprc": "AUPRC",
    "mae": "MAE",
    "r2": "R²",
    "spearman": "Spearman’s ρ",
}


@dataclass(frozen=True)
class UsedModel:
    """A model bundle, or a third party's predictor, that predicted.

    Parameters
    ----------
    name, version : as in its manifest.
    digest : SHA-256 of its manifest.
    endpoints : what it predicted.
    manifest : its manifest where a bundle with that digest was found, else None.
    predictor : that of a third party's predictor, likewise.
    """

    name: str
    version: str
    digest: str
    endpoints: tuple[str, ...]
    manifest: BundleManifest | None
    predictor: PredictorManifest | None = None


def read_used_models(predictions: Path, bundles: Iterable[Path]) -> list[UsedModel]:
    """The models named in the predictions' field metadata.

    Parameters
    ----------
    predictions : table `PREDICTIONS`; only its schema is read.
    bundles : folders of models in which the manifests are looked for, by digest.

    Raises
    ------
    InputError : the table is missing or damaged.
    BundleError : a manifest is malformed.
    """
    folders = list(bundles)
    manifests = {
        file_digest(folder / MANIFEST_NAME): read_manifest(folder)
        for folder in folders
        if (folder / MANIFEST_NAME).is_file()
    }
    predictors = {
        file_digest(folder / PREDICTOR_NAME): read_predictor(folder)
        for folder in folders
        if is_predictor(folder)
    }
    endpoints: dict[tuple[str, str, str], list[str]] = {}
    with naming_damage(predictions):
        schema = pq.read_schema(partition_files(predictions)[0])
    for field in schema:
        facts = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
        if "model_digest" not in facts or facts["endpoint"] != field.name:
            continue
        key = (facts["model"], facts["model_version"], facts["model_digest"])
        endpoints.setdefault(key, []).append(field.name)
    return [
        UsedModel(
            name, version, digest, tuple(names), manifests.get(digest), predictors.get(digest)
        )
        for (name, version, digest), names in endpoints.items()
    ]


def accuracy(endpoint: EndpointSpec) -> str:
    """Metrics beside those of a forest on the same rows, such as `AUROC 0.81 (0.79)`."""
    joined = endpoint.metrics.get("beside_forest", {})
    forest = endpoint.metrics.get("forest", {})
    parts = []
    for key, label in _METRICS.items():
        value, beside = joined.get(key), forest.get(key)
        if value is None:
            continue
        parts.append(f"{label} {value:.2f}" + (f" ({beside:.2f})" if beside is not None else ""))
    return ", ".join(parts)
