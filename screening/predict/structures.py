"""The stage: structures to predictions, keyed by structure, with a table of those lost."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path

from screening.chem.entry import Entry, entries_at, structure_entries, structure_key
from screening.chem.structure_table import fill_structure_table
from screening.core.compute import Compute
from screening.core.config import PredictSettings
from screening.core.kept_work import Missing
from screening.core.provenance import code_digest
from screening.core.trial import Lost
from screening.predict.driver import predict_blocks, resolve_device
from screening.predict.models import ModelSet, open_models
from screening.predict.prediction_columns import block_table, predictions_schema

STAGE = "predict"


def predict_structures(
    structures: Path,
    output: Path,
    lost: Path,
    settings: PredictSettings | None = None,
    compute: Compute | None = None,
) -> dict[str, int]:
    """Predict every endpoint for every structure whose predictions are not in the store.

    Parameters
    ----------
    structures : table STRUCTURES.
    output : table PREDICTIONS to write, in the order of the structures.
    lost : table LOST_STRUCTURES to write: `not_predictable`, `timed_out`, `out_of_memory` or
        `crashed`.
    settings : models, device and limits.
    compute : workers, Dask address and store.

    Returns
    -------
    Counts `n_structures`, `n_predicted`, `n_lost`, `n_known` (taken from the store) and
    `n_endpoints`.

    Raises
    ------
    InputError : the table of structures is missing or damaged.
    OutputError : the disk is full, or workers do not share it.
    BundleError : a model is missing, altered, or does not go with the others.
    ConfigError : the device or scheduler is not there.
    """
    settings, compute = settings or PredictSettings(), compute or Compute()
    models = open_models(settings.models)
    counts = fill_structure_table(
        structures,
        output,
        lost,
        partial(_predict, models, settings, compute),
        stage=STAGE,
        schema=predictions_schema(models),
        facts=_facts(models, settings),
        store=compute.store,
    )
    return {
        "n_structures": counts.n_structures,
        "n_predicted": counts.n_done,
        "n_lost": counts.n_lost,
        "n_known": counts.n_known,
        "n_endpoints": len(models.endpoints),
    }


def _predict(
    models: ModelSet, settings: PredictSettings, compute: Compute, missing: Missing
) -> Iterator[Lost[Entry]]:
    schema = predictions_schema(models)
    missing.segments.make()
    entries = entries_at(structure_entries(missing.table), missing.rows)
    for block in predict_blocks(
        entries, missing.n_rows, models, settings, compute, standardised=True
    ):
        pairs = list(zip(block.entries, block.problems, strict=True))
        missing.segments.add(
            [structure_key(entry) for entry, problem in pairs if problem is None],
            block_table(block, schema).drop_columns(["structure_id"]),
        )
        for entry, problem in pairs:
            if problem is not None:
                yield Lost(entry, problem.code, problem.detail)


def _facts(models: ModelSet, settings: PredictSettings) -> dict[str, object]:
    """What predictions depend on; processors differ in the last digits."""
    return {
        "code": code_digest(STAGE),
        "bundles": [bundle.digest for bundle in models.bundles],
        "device": resolve_device(settings.device),
        "rdkit": version("rdkit"),
        # An answer may depend on memory that was refused.
        "memory_limit": settings.memory_limit,
        "torch": version("torch"),
    }
