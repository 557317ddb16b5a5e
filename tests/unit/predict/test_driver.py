from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from screening.chem.entry import Entry
from screening.core.cluster import open_client
from screening.core.compute import Compute
from screening.core.errors import ConfigError
from screening.core.watchdog import Limits
from screening.predict.block import ScoredChunk
from screening.predict.driver import map_scored, resolve_device
from screening.predict.models import open_models
from screening.predict.worker import BundleRef, Task, score_chunk


def ethers(n: int) -> list[Entry]:
    return [Entry(row, "C" * (1 + row % 9) + "OC") for row in range(n)]


def test_a_device_that_is_not_there_is_refused() -> None:
    import torch

    if torch.cuda.is_available():
        assert resolve_device("cuda") == resolve_device("auto") == "cuda"
    else:
        assert resolve_device("auto") == "cpu"
        with pytest.raises(ConfigError, match="no CUDA device is found"):
            resolve_device("cuda")
    assert resolve_device("cpu") == "cpu"


def test_scoring_here_what_workers_featurise_gives_the_same(safety_bundle: Path) -> None:
    """The way of a GPU, on the CPU."""
    models = open_models([str(safety_bundle)])
    refs = tuple(BundleRef(str(bundle.folder), bundle.digest) for bundle in models.bundles)
    task = Task(refs, standardised=False, limits=Limits(30))
    chunks = [[*ethers(9), Entry(9, "C1CC")], [Entry(10, "")]]
    expected = score_chunk(task, chunks[0])
    with open_client(Compute(1)) as client:
        results = {
            chunk[0].row: result
            for chunk, result in map_scored(client, task, chunks, "cpu", here=True)
        }
    first, second = results[0], results[10]
    assert isinstance(first, ScoredChunk)
    assert isinstance(second, ScoredChunk)
    np.testing.assert_array_equal(first.rows, expected.rows)
    for name, array in expected.arrays.items():
        np.testing.assert_array_equal(first.arrays[name], array)
    assert first.problems == expected.problems
    assert second.problems[10].code == "empty_structure"
    assert len(second.rows) == 0
