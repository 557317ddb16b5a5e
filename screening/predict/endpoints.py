"""The endpoints that a set of models predicts, as rows for people and scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from screening.core.bundle import EndpointSpec
from screening.core.predictor_manifest import PredictedEndpoint
from screening.predict.models import Model, Predictor, open_models

COLUMNS = ("endpoint", "model", "kind", "unit", "direction", "threshold", "sources")


def list_endpoints(models: Sequence[str]) -> list[dict[str, Any]]:
    """One row per endpoint, in the order of the prediction's columns.

    Parameters
    ----------
    models : folders, or names of bundles under `models/` of the project.

    Returns
    -------
    Mappings with the keys `COLUMNS` and further ones (version, licences, counts, description);
    `sources` and `licences` are lists, for a third party's predictor its citation and licence;
    what it does not tell is None, as is `threshold` where the endpoint has none.

    Raises
    ------
    BundleError : a bundle is missing, incomplete or altered.
    BundleMismatch : two bundles predict the same endpoint.
    """
    found = open_models(models)
    return [_row(spec, model) for spec, model in zip(found.endpoints, found.owners, strict=True)]


def _row(spec: EndpointSpec | PredictedEndpoint, model: Model) -> dict[str, Any]:
    row: dict[str, Any] = {
        "endpoint": spec.id,
        "model": model.manifest.name,
        "kind": spec.kind,
        "unit": spec.unit,
        "direction": spec.direction,
        "threshold": spec.threshold,
        "version": model.manifest.version,
        "description": spec.description,
    }
    if isinstance(spec, PredictedEndpoint):
        assert isinstance(model, Predictor)
        third = {"sources": [model.manifest.citation], "licences": [model.manifest.licence]}
        return {**row, **third, "in_domain_from_similarity": None, "n_train": None}
    return {
        **row,
        "sources": [f"{source.table}:{source.column}" for source in spec.sources],
        "licences": list(spec.licences),
        "in_domain_from_similarity": spec.domain.similarity_in,
        "n_train": spec.n_train,
    }


def endpoints_tsv(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as tab-separated text with a header; tabs and line ends become spaces."""
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join(_cell(row[column]) for column in COLUMNS) for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return " ".join(text.split())
