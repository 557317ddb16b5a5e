"""The stage: structures to predictions, keyed by structure, with a table of those lost."""

from __future__ import annotations

from pathlib import Path

from screening.chem.entry import lost_row, structure_entries
from screening.core.config import PredictSettings
from screening.core.partitions import PartitionWriter, count_rows
from screening.core.tables import LOST_STRUCTURES
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
    entries = structure_entries(structures)
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


def _lost_rows(block: Block) -> list[dict[str, str]]:
    return [
        lost_row(entry.key, STAGE, problem)
        for entry, problem in zip(block.entries, block.problems, strict=True)
        if problem is not None
    ]
