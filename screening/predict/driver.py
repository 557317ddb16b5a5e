"""Predicting a stream of structures in worker processes, in order and in bounded memory.

On the CPU a worker does everything. With a GPU the workers featurise and this process scores. What
the workers have standardised goes on to the third parties' predictors, each a process of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import cached_property, partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Self

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
from screening.predict.block import Block, ScoredChunk, empty_arrays, unknown_arrays
from screening.predict.foreign import ForeignPredictor
from screening.predict.models import ModelSet, Predictor
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


class Predicting:
    """Worker processes, and those of third parties' predictors: a context that ends them all.

    Each is started when it is first needed, and serves all calls of `blocks`.

    Parameters
    ----------
    settings : device and limits.
    compute : workers and Dask address.
    n_entries : that are to be predicted in all.

    Raises
    ------
    ConfigError : the device is not there.
    """

    def __init__(self, settings: PredictSettings, compute: Compute, n_entries: int) -> None:
        self._settings = settings
        self._compute = compute
        self._n_entries = n_entries
        self._device = resolve_device(settings.device)
        self._stack = ExitStack()
        self._foreign: dict[str, ForeignPredictor] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: Any) -> None:
        self._stack.__exit__(*failure)

    def blocks(
        self, entries: Iterable[Entry], n_entries: int, models: ModelSet, *, standardised: bool
    ) -> Iterator[Block]:
        """Predict entries and yield them in blocks, in order.

        Parameters
        ----------
        entries : with rows 0, 1, 2 …; streamed.
        n_entries : how many there are.
        models : to predict with.
        standardised : the structures are standardised parents already.

        Raises
        ------
        ConfigError : the scheduler is not there.
        BundleError : a worker cannot load a bundle, or it does not fit this version.
        PredictorError : a third party's predictor does not do what its manifest says.
        """
        models.check_features(FEATURE_VERSION)
        if not n_entries:
            return
        # Whether they answer at all is known before hours of work.
        foreign = [(self._started(one), models.columns_of([one])) for one in models.predictors]
        if models.bundles or not standardised:
            blocks = self._scored_blocks(entries, n_entries, models, standardised)
        else:
            blocks = _given_blocks(entries, len(models.endpoints))
        for block in blocks:
            for predictor, columns in foreign:
                _add_foreign(block, predictor, columns)
            block.check_complete()
            yield block

    def _scored_blocks(
        self, entries: Iterable[Entry], n_entries: int, models: ModelSet, standardised: bool
    ) -> Iterator[Block]:
        """Blocks with the predictions of the bundles, made in the workers."""
        bundles = tuple(BundleRef(str(one.folder), one.digest) for one in models.bundles)
        task = Task(bundles, standardised, self._settings.limits)
        columns = models.columns_of(models.bundles)
        progress = ProgressBar("predict", n_entries, "structures")
        client = self._client
        width = max(WINDOW, WINDOW_PER_WORKER * planned_workers(client))
        for window in chunked(chunked(entries, CHUNK), width):
            block = Block(list(flatten(window)), len(models.endpoints))
            for n_done, result in _scored(client, task, window, self._device, len(columns)):
                block.add(result, columns)
                progress.add(n_done)
            yield block

    @cached_property
    def _client(self) -> Client:
        return self._stack.enter_context(open_client(self._compute, -(-self._n_entries // CHUNK)))

    def _started(self, model: Predictor) -> ForeignPredictor:
        if model.digest not in self._foreign:
            predictor = ForeignPredictor(
                model, self._compute.most_workers, self._settings.time_limit_s, self._n_entries
            )
            self._foreign[model.digest] = self._stack.enter_context(predictor)
        return self._foreign[model.digest]


def _given_blocks(entries: Iterable[Entry], n_endpoints: int) -> Iterator[Block]:
    """Blocks of standardised structures for which no bundle is asked."""
    for window in chunked(entries, CHUNK * WINDOW):
        block = Block(window, n_endpoints)
        given = [entry for entry in window if entry.problem is None]
        rows = np.array([entry.row for entry in given], dtype=np.int64)
        parents = [entry.smiles for entry in given]
        block.add(ScoredChunk(rows, unknown_arrays(len(rows), 0), {}, parents), [])
        yield block


def _add_foreign(block: Block, predictor: ForeignPredictor, columns: Sequence[int]) -> None:
    """Let a predictor predict what is not lost already."""
    places = np.flatnonzero(block.scored)
    arrays, problems = predictor.predict([block.parents[place] for place in places])
    rows = places + block.first
    lost = {int(row): one for row, one in zip(rows, problems, strict=True) if one is not None}
    block.add(ScoredChunk(rows, arrays, lost), columns)


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
