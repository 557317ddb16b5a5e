"""The stage: structures to predictions, keyed by structure, with a table of those lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa

from screening.chem.entry import Entry, entries_at, lost_row, structure_entries
from screening.core.compute import Compute
from screening.core.config import PredictSettings
from screening.core.partitions import PartitionWriter, count_rows
from screening.core.provenance import code_digest
from screening.core.result_store import KEY, ResultStore, result_key
from screening.core.structure_results import (
    open_store,
    structure_keys,
    tell_known,
    write_results,
)
from screening.core.tables import LOST_STRUCTURES
from screening.predict.block import Block
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
    BundleError : a model is missing, altered, or does not go with the others.
    ConfigError : the device or scheduler is not there.
    """
    settings, compute = settings or PredictSettings(), compute or Compute()
    models = open_models(settings.models)
    schema = predictions_schema(models)
    results = schema.remove(schema.get_field_index("structure_id"))
    facts = _facts(models, settings)
    with (
        open_store(compute.store, STAGE, facts, results, output.parent) as store,
        PartitionWriter(output, schema) as predicted,
        PartitionWriter(lost, LOST_STRUCTURES.arrow()) as missed,
    ):
        predict = partial(
            predict_blocks, models=models, settings=settings, compute=compute, standardised=True
        )
        n_known = _predict_new(structures, store, predict, missed)
        for _ in write_results(store, structures, predicted, output.parent):
            pass
    n_structures = count_rows(structures)
    if n_structures != predicted.n_rows + missed.n_rows:
        raise RuntimeError("a structure has neither results nor a reason for having none")
    return {
        "n_structures": n_structures,
        "n_predicted": predicted.n_rows,
        "n_lost": missed.n_rows,
        "n_known": n_known,
        "n_endpoints": len(models.endpoints),
    }


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


def _predict_new(
    structures: Path,
    store: ResultStore,
    predict: Callable[[Iterable[Entry], int], Iterator[Block]],
    missed: PartitionWriter,
) -> int:
    """Add to the store what it lacks; returns how many structures it held already."""
    schema = pa.schema([pa.field(KEY, pa.string()), *store.schema])
    with (
        store.rows_of(structure_keys(structures), missed.path.parent) as stored,
        store.adding() as new,
    ):
        tell_known(STAGE, stored)
        entries = entries_at(structure_entries(structures), stored.missing())
        for block in predict(entries, stored.n_missing):
            table = block_table(block, schema)
            new.add(_scored_keys(block), table.drop_columns([KEY]))
            missed.write_rows(_lost_rows(block))
        return stored.n_found


def _scored_keys(block: Block) -> list[str]:
    return [
        result_key(entry.smiles)
        for entry, scored in zip(block.entries, block.scored, strict=True)
        if scored
    ]


def _lost_rows(block: Block) -> list[dict[str, str]]:
    return [
        lost_row(entry.key, STAGE, problem)
        for entry, problem in zip(block.entries, block.problems, strict=True)
        if problem is not None
    ]
