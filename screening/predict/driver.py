"""Predicting a stream of structures in worker processes, in order and in bounded memory.

On the CPU a worker does everything. With a GPU the workers featurise and this process scores.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np

from screening.chem.entry import Entry
from screening.chem.problem import Problem
from screening.core.cluster import open_client, planned_workers
from screening.core.compute import Compute
from screening.core.config import PredictSettings
from screening.core.errors import ConfigError
from screening.core.parallel import Lost, chunked, flatten, map_chunks
from screening.core.progress import ProgressBar
from screening.estimators.features import FEATURE_VERSION
from screening.predict.block import Block, ScoredChunk, empty_arrays
from screening.predict.models import ModelSet
from screening.predict.worker import (
    BundleRef,
    Task,
    featurise_chunk,
    score_chunk,
)

if TYPE_CHECKING:
    from distributed import Client

CHUNK = 256
# Chunks put in order together; one that kills its worker is searched at the end of its window,
# so a window bounds both the memory and how long its neighbours wait.
WINDOW = 32
WINDOW_PER_WORKER = 8


def predict_blocks(
    entries: Iterable[Entry],
    n_entries: int,
    models: ModelSet,
    settings: PredictSettings,
    compute: Compute,
    *,
    standardised: bool,
) -> Iterator[Block]:
    """Predict entries and yield them in blocks, in order.

    Parameters
    ----------
    entries : with rows 0, 1, 2 …; streamed.
    n_entries : how many there are.
    models : the bundles to predict with.
    settings : device and time limit.
    compute : workers and Dask address.
    standardised : the structures are standardised parents already.

    Raises
    ------
    ConfigError : the device or scheduler is not there.
    BundleError : a worker cannot load a bundle, or it does not fit this version.
    """
    models.check_features(FEATURE_VERSION)
    device = resolve_device(settings.device)
    if not n_entries:
        return
    bundles = tuple(BundleRef(str(b.folder), b.digest) for b in models.bundles)
    task = Task(bundles, standardised, settings.limits)
    progress = ProgressBar("predict", n_entries, "structures")
    n_endpoints = len(models.endpoints)
    with open_client(compute, -(-n_entries // CHUNK)) as client:
        width = max(WINDOW, WINDOW_PER_WORKER * planned_workers(client))
        for window in chunked(chunked(entries, CHUNK), width):
            block = Block(list(flatten(window)), n_endpoints)
            for n_done, result in _scored(client, task, window, device, n_endpoints):
                block.add(result)
                progress.add(n_done)
            block.check_complete()
            yield block


def resolve_device(device: str) -> str:
    """`auto` becomes `cuda` where there is one, and `cpu` elsewhere.

    Raises
    ------
    ConfigError : `cuda` is asked for and not there.
    """
    # PyTorch's CPU build says so in its version; importing it to ask takes seconds.
    if device == "cpu" or (device == "auto" and version("torch").endswith("+cpu")):
        return "cpu"
    import torch

    available = torch.cuda.is_available()
    if device == "cuda" and not available:
        raise ConfigError("device cuda: no CUDA device is found", "use --device auto or cpu")
    return "cuda" if available else "cpu"


def _scored(
    client: Client, task: Task, window: list[list[Entry]], device: str, n_endpoints: int
) -> Iterator[tuple[int, ScoredChunk]]:
    """Results of a window as they come, each with the number of entries it settles."""
    for chunk, result in map_scored(client, task, window, device, here=device != "cpu"):
        if isinstance(result, Lost):
            lost = {result.item.row: Problem(result.code, result.detail)}
            none = np.empty(0, dtype=np.int64)
            yield 1, ScoredChunk(none, empty_arrays(n_endpoints), lost)
        else:
            yield len(chunk), result


def map_scored(
    client: Client, task: Task, window: list[list[Entry]], device: str, *, here: bool
) -> Iterator[tuple[Sequence[Entry], ScoredChunk | Lost[Entry]]]:
    """`map_chunks`, with the networks in the workers or `here`, in this process.

    A GPU is one and the workers are many, so it is fed from here with what they featurise.
    """
    if not here:
        yield from map_chunks(client, partial(score_chunk, task), window, task.limits)
        return
    from screening.predict.scoring import load_scorers, score_features

    scorers = load_scorers(task.bundles, device)
    work = partial(featurise_chunk, task)
    for chunk, result in map_chunks(client, work, window, task.limits):
        yield chunk, result if isinstance(result, Lost) else score_features(scorers, result)
