"""The stage: structures to predictions, keyed by structure, with a table of those lost."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from screening.chem.entry import Entry
from screening.core.config import PredictSettings
from screening.core.partitions import PartitionWriter, count_rows, read_partitions
from screening.core.tables import LOST_STRUCTURES, STRUCTURES
from screening.predict.block import Block
from screening.predict.driver import Compute, predict_blocks
from screening.predict.models import open_models
from screening.predict.prediction_columns import block_table, predictions_schema

STAGE = "predict"


def predict_structures(
    structures: Path,
    output: Path,
    lost: Path,
    settings: PredictSettings | None = None,
    compute: Compute | None = None,
) -> dict[str, int]:
    """Predict every endpoint for every structure.

    Parameters
    ----------
    structures : table STRUCTURES.
    output : table PREDICTIONS to write, in the order of the structures.
    lost : table LOST_STRUCTURES to write: `not_predictable`, `timed_out` or `crashed`.
    settings : models, device and time limit.
    compute : workers and Dask address.

    Returns
    -------
    Counts `n_structures`, `n_predicted`, `n_lost`, `n_endpoints`.

    Raises
    ------
    InputError : the table of structures is missing or damaged.
    BundleError : a model is missing, altered, or does not go with the others.
    ConfigError : the device or scheduler is not there.
    """
    settings, compute = settings or PredictSettings(), compute or Compute()
    models = open_models(settings.models)
    schema = predictions_schema(models)
    n_structures = count_rows(structures)
    entries = _entries(structures)
    with (
        PartitionWriter(output, schema) as predicted,
        PartitionWriter(lost, LOST_STRUCTURES.arrow()) as missed,
    ):
        for block in predict_blocks(
            entries, n_structures, models, settings, compute, standardised=True
        ):
            predicted.write(block_table(block, schema))
            missed.write_rows(_lost_rows(block))
    return {
        "n_structures": n_structures,
        "n_predicted": predicted.n_rows,
        "n_lost": missed.n_rows,
        "n_endpoints": len(models.endpoints),
    }


def _entries(structures: Path) -> Iterator[Entry]:
    """The structures of the table, partition by partition."""
    rows = count()
    for table in read_partitions(structures, STRUCTURES, ["structure_id", "smiles"]):
        keys, smiles = table["structure_id"].to_pylist(), table["smiles"].to_pylist()
        for key, text in zip(keys, smiles, strict=True):
            yield Entry(next(rows), text, key)


def _lost_rows(block: Block) -> list[dict[str, Any]]:
    return [
        {
            "structure_id": entry.key,
            "stage": STAGE,
            "code": problem.code,
            "detail": problem.detail,
        }
        for entry, problem in zip(block.entries, block.problems, strict=True)
        if problem is not None
    ]
