"""The endpoints that a set of models predicts, as rows for people and scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from screening.predict.models import open_models

COLUMNS = ("endpoint", "model", "kind", "unit", "direction", "threshold", "sources")


def list_endpoints(models: Sequence[str]) -> list[dict[str, Any]]:
    """One row per endpoint, in the order of the prediction's columns.

    Parameters
    ----------
    models : folders, or names of bundles under `models/` of the project.

    Returns
    -------
    Mappings with the keys `COLUMNS` and further ones (version, licences, counts, description);
    `sources` and `licences` are lists; `threshold` is None where the endpoint has none.

    Raises
    ------
    BundleError : a bundle is missing, incomplete or altered.
    BundleMismatch : two bundles predict the same endpoint.
    """
    found = open_models(models)
    return [
        {
            "endpoint": spec.id,
            "model": bundle.manifest.name,
            "kind": spec.kind,
            "unit": spec.unit,
            "direction": spec.direction,
            "threshold": spec.threshold,
            "sources": [f"{source.table}:{source.column}" for source in spec.sources],
            "version": bundle.manifest.version,
            "licences": list(spec.licences),
            "description": spec.description,
            "in_domain_from_similarity": spec.domain.similarity_in,
            "n_train": spec.n_train,
        }
        for spec, bundle in zip(found.endpoints, found.owners, strict=True)
    ]


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
