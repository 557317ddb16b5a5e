"""The stage: structures to predictions, keyed by structure, with a table of those lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

from screening.chem.entry import Entry, entries_at, structure_entries, structure_key
from screening.chem.structure_table import MissingParts, Part, fill_in_parts
from screening.core.compute import Compute
from screening.core.config import PredictSettings
from screening.core.provenance import code_digest
from screening.core.segments import SegmentFolder
from screening.core.trial import Lost
from screening.predict.block import Block
from screening.predict.driver import Predicting, resolve_device
from screening.predict.models import Bundle, Model, ModelSet, open_models
from screening.predict.prediction_columns import model_schema, model_tables, predictions_schema
from screening.predict.predictor_process import describe

STAGE = "predict"


def predict_structures(
    structures: Path,
    output: Path,
    lost: Path,
    settings: PredictSettings | None = None,
    compute: Compute | None = None,
) -> dict[str, int]:
    """Predict, for every structure, the endpoints of the models whose predictions are not stored.

    Each model's predictions are kept apart: one that changed predicts anew, the others do not. A
    structure is featurised once for all that predict it.

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
    Counts `n_structures`, `n_predicted`, `n_lost`, `n_known` (taken from the store whole),
    `n_known_<model>` (of these and further ones, the predictions of that model) and `n_endpoints`.

    Raises
    ------
    InputError : the table of structures is missing or damaged.
    OutputError : the disk is full, or workers do not share it.
    BundleError : a model is missing, altered, or does not go with the others.
    PredictorError : a third party's predictor does not do what its manifest says.
    ConfigError : the device or scheduler is not there.
    """
    settings, compute = settings or PredictSettings(), compute or Compute()
    models = open_models(settings.models)
    counts = fill_in_parts(
        structures,
        output,
        lost,
        partial(_predict, models, settings, compute),
        stage=STAGE,
        schema=predictions_schema(models),
        parts=[
            Part(model.manifest.name, model_schema(model), _facts(model, settings))
            for model in models.models
        ],
        store=compute.store,
    )
    known_of = zip(models.models, counts.n_known_of, strict=True)
    return {
        "n_structures": counts.n_structures,
        "n_predicted": counts.n_done,
        "n_lost": counts.n_lost,
        "n_known": counts.n_known,
        **{f"n_known_{model.manifest.name}": n for model, n in known_of},
        "n_endpoints": len(models.endpoints),
    }


def _predict(
    models: ModelSet,
    settings: PredictSettings,
    compute: Compute,
    groups: Sequence[MissingParts],
) -> Iterator[Lost[Entry]]:
    """Predict each group with the models that it lacks, and keep what each of them predicted."""
    with Predicting(settings, compute, sum(one.n_rows for one in groups)) as predicting:
        for missing in groups:
            lacking = ModelSet(tuple(models.models[number] for number in missing.segments))
            for segments in missing.segments.values():
                segments.make()
            entries = entries_at(structure_entries(missing.table), missing.rows)
            blocks = predicting.blocks(entries, missing.n_rows, lacking, standardised=True)
            for block in blocks:
                yield from _kept(block, lacking, list(missing.segments.values()))


def _kept(block: Block, models: ModelSet, places: Sequence[SegmentFolder]) -> Iterator[Lost[Entry]]:
    """Keep the predictions of each model in its place, and yield what is lost."""
    pairs = list(zip(block.entries, block.problems, strict=True))
    keys = [structure_key(entry) for entry, problem in pairs if problem is None]
    for segments, table in zip(places, model_tables(block, models), strict=True):
        segments.add(keys, table)
    for entry, problem in pairs:
        if problem is not None:
            yield Lost(entry, problem.code, problem.detail)


def _facts(model: Model, settings: PredictSettings) -> dict[str, object]:
    """What a model's predictions depend on; processors differ in the last digits."""
    facts = {"code": code_digest(STAGE), "model": model.digest, "rdkit": version("rdkit")}
    if not isinstance(model, Bundle):
        return {**facts, **describe(model)}
    return {
        **facts,
        "device": resolve_device(settings.device),
        # An answer may depend on memory that was refused.
        "memory_limit": settings.memory_limit,
        "torch": version("torch"),
    }
