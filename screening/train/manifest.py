"""The manifest of a trained bundle."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

import screening
from screening.core.bundle import BundleManifest, EndpointSpec, SourceSpec
from screening.estimators.calibration import Shares
from screening.estimators.features import FEATURE_VERSION
from screening.estimators.metrics import Metrics
from screening.train.catalogue import TableEntry
from screening.train.evaluate import Evaluation
from screening.train.marine import MarineShare
from screening.train.outcome import warnings_of
from screening.train.prepare import Prepared
from screening.train.recipe import Recipe
from screening.train.split import APART

_PACKAGES = (
    "rdkit",
    "torch",
    "torch_geometric",
    "scikit-learn",
    "numpy",
    "scipy",
    "pyarrow",
    "xgboost-cpu",
)


@dataclass(frozen=True)
class Outcome:
    """What a training gave, but for the weights.

    forests : metrics of the baseline per endpoint. cost : as `stated_cost` gives it, up to the end
    of the evaluation, with the calls before that were killed.
    """

    prepared: Prepared
    evaluation: Evaluation
    forests: list[dict[str, Metrics]]
    marine: MarineShare | None
    device: str
    cost: Mapping[str, Any]


def _endpoint_specs(
    recipe: Recipe, outcome: Outcome, entries: Mapping[str, TableEntry]
) -> tuple[EndpointSpec, ...]:
    specs = []
    prepared, evaluation = outcome.prepared, outcome.evaluation
    for column, endpoint in enumerate(recipe.endpoints):
        labels = prepared.labelled.labels[:, column]
        known = ~np.isnan(labels)
        counts = prepared.labelled.counts[endpoint.id]
        sources = tuple(
            _source(entries[ref.table], ref.column, counts.per_source) for ref in endpoint.sources
        )
        split = prepared.split
        learned = labels[split.learned()]
        learned = learned[~np.isnan(learned)]
        specs.append(
            EndpointSpec(
                **endpoint.model_dump(include=set(_SHARED_FIELDS)),
                domain=evaluation.limits[column],
                sources=sources,
                licences=tuple(dict.fromkeys(source.licence for source in sources)),
                n_train=len(learned),
                n_held_out=int(known[split.calibrating()].sum()),
                n_test=int(known[split.test()].sum()),
                positive_share=float(learned.mean()) if endpoint.kind == "classification" else None,
                metrics={**evaluation.metrics[column], **outcome.forests[column]},
            )
        )
    return tuple(specs)


SHARERS = ("networks", "trees", "neighbours")
"""Who has a share in the blend, in the order in which it is told."""
_SHARED_FIELDS = ("id", "kind", "unit", "direction", "description", "threshold")


def _shares(shares: Shares) -> tuple[float, ...]:
    return tuple(round(part, 3) for part in (shares.networks, shares.trees, shares.votes))


def _source(entry: TableEntry, column: str, labels: Mapping[str, int]) -> SourceSpec:
    return SourceSpec(
        table=entry.name,
        column=column,
        upstream=entry.upstream,
        licence=entry.licence,
        redistributable=entry.redistributable,
        citation=entry.citation,
        doi=entry.doi,
        sha256=entry.sha256,
        n_labels=labels[f"{entry.name}:{column}"],
    )


def build_manifest(
    recipe: Recipe, outcome: Outcome, entries: Mapping[str, TableEntry]
) -> BundleManifest:
    """The manifest of a trained ensemble, its `files` still empty.

    Parameters
    ----------
    recipe : what was trained. outcome : what came of it. entries : the label tables' sources.
    """
    prepared, evaluation = outcome.prepared, outcome.evaluation
    endpoints = _endpoint_specs(recipe, outcome, entries)
    training = {
        "digest": prepared.digest,
        "split": {"method": prepared.split.method, **recipe.split.model_dump(exclude={"method"})},
        "structures": {
            "learned": len(prepared.split.learned()),
            "held_out": len(prepared.split.calibrating()),
            "test": len(prepared.split.test()),
            "apart": int((prepared.split.fold == APART).sum()),
        },
        "measured_on": evaluation.measured.name,
        "shares": {
            item.id: dict(zip(SHARERS, _shares(calibration.shares), strict=True))
            for item, calibration in zip(endpoints, evaluation.calibrations, strict=True)
        },
        "counts": {name: asdict(item) for name, item in prepared.labelled.counts.items()},
        "rejected_smiles": prepared.rejected,
        "settings": recipe.training.model_dump(),
        "trees": recipe.trees.model_dump(),
        "baseline": recipe.baseline.model_dump(),
        "excluded_tables": {item.id: item.exclude for item in recipe.endpoints if item.exclude},
        "device": outcome.device,
        "seconds": round(outcome.cost["seconds"], 1),
        "cost": outcome.cost,
        "warnings": warnings_of(endpoints, prepared.labelled.counts),
        "marine": None if outcome.marine is None else asdict(outcome.marine),
    }
    versions = {"screening": screening.__version__, "python": platform.python_version()}
    versions |= {name: version(name) for name in _PACKAGES}
    return BundleManifest(
        name=recipe.name,
        version=recipe.version,
        description=recipe.description,
        feature_version=FEATURE_VERSION,
        architecture={
            "type": "GINE and Morgan counts, joined, beside boosted trees",
            "members": prepared.split.n_folds * recipe.training.members,
            **recipe.network.model_dump(),
        },
        endpoints=endpoints,
        training=training,
        versions=versions,
        files={},
    )
