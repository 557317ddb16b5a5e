"""The settings that a search begins with: measured first, and always to the end.

Their raw outputs are the other half of every trial's blend. So the studies of networks and trees do
not depend on each other, and go on whenever there is time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from screening.core.errors import TrainingDataError
from screening.core.partitions import write_text
from screening.train.recipe import Recipe
from screening.train.search.score import blended_score
from screening.train.search.sets import SearchSet
from screening.train.search.space import LEARNERS, Learner
from screening.train.search.work import run_start

if TYPE_CHECKING:
    from distributed import Client

_FILE = "start.json"


@dataclass(frozen=True)
class Start:
    """What the start scored, and the seconds that each learner took."""

    score: float
    seconds: Mapping[str, float]


def start_file(folder: Path, learner: Learner) -> Path:
    """Where the raw outputs of the starting settings are kept."""
    return folder / f"start-{learner}.npy"


def measure_start(client: Client, data: SearchSet, start: Recipe, folder: Path) -> Start:
    """Learn with the starting settings and keep the outputs, unless a call before has done so.

    Raises
    ------
    TrainingDataError : no endpoint can be measured on what is held out, or a worker died.
    """
    from distributed import KilledWorker

    path = folder / _FILE
    if path.is_file():
        return Start(**json.loads(path.read_text(encoding="utf-8")))
    futures = {
        learner: client.submit(run_start, folder, start, learner, pure=False)
        for learner in LEARNERS
    }
    seconds: dict[str, float] = {}
    for learner, future in futures.items():
        try:
            raw, seconds[learner] = future.result()
        except KilledWorker:
            raise TrainingDataError(
                f"the worker that trained the {learner} of the start has died", "give --memory more"
            ) from None
        np.save(start_file(folder, learner), raw)
    network, trees = (np.load(start_file(folder, learner)) for learner in LEARNERS)
    score = blended_score(network, trees, data.targets[data.rows()], data.is_class)
    if not np.isfinite(score):
        raise TrainingDataError(
            "no endpoint has both classes, or a value that varies, among the structures held out",
            "a search needs more labelled structures",
        )
    measured = Start(score, seconds)
    write_text(path, json.dumps(asdict(measured), indent=1) + "\n")
    return measured
