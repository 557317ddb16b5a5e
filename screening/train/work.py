"""What the fitting of an ensemble is about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screening.train.checkpoints import Checkpoints
from screening.train.prepare import Prepared
from screening.train.recipe import Recipe


@dataclass(frozen=True)
class Work:
    """Recipe, structures and targets, and where a training may have been before.

    targets : (n, n_endpoints) 0/1 or standardised, NaN unknown. kept : see `Checkpoints`.
    """

    recipe: Recipe
    prepared: Prepared
    targets: NDArray[np.float32]
    kept: Checkpoints
