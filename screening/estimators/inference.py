"""Running a network over packed structures in batches of bounded size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from screening.core.errors import ConfigError
from screening.estimators.batches import make_batch
from screening.estimators.features import PackedFeatures
from screening.estimators.network import MultiTaskNetwork

MAX_BATCH_ATOMS = 12_000
"""Atoms of one inference batch: bounds memory whatever the size of the structures."""


def resolve_device(device: str) -> str:
    """`auto` becomes `cuda` where there is one.

    Raises
    ------
    ConfigError : an unknown device, or `cuda` without one.
    """
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda" and not torch.cuda.is_available():
        raise ConfigError("device cuda: torch finds none here", "use --device auto or cpu")
    if device not in ("cpu", "cuda"):
        raise ConfigError(f"device {device!r} is unknown", "use auto, cpu or cuda")
    return device


def batch_rows(
    rows: NDArray[np.int64], size: int, shuffle: np.random.Generator | None
) -> list[NDArray[np.int64]]:
    """Batches of `size` rows; a last one of under two rows joins the one before."""
    ordered = rows if shuffle is None else shuffle.permutation(rows)
    batches = [ordered[start : start + size] for start in range(0, len(ordered), size)]
    if len(batches) > 1 and len(batches[-1]) < 2:
        batches[-2:] = [np.concatenate(batches[-2:])]
    return batches


def bounded_batches(packed: PackedFeatures, rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Consecutive rows, split where the atoms of a batch would pass the bound."""
    sizes = packed.atom_offset[rows + 1] - packed.atom_offset[rows]
    number = (np.cumsum(sizes) - 1) // MAX_BATCH_ATOMS
    return np.split(rows, np.flatnonzero(np.diff(number)) + 1)


class NetworkOutput(NamedTuple):
    """Raw outputs (n, n_endpoints) and representations (n, head_hidden), float32."""

    raw: NDArray[np.float32]
    represented: NDArray[np.float32]


def run_networks(
    models: Sequence[MultiTaskNetwork],
    packed: PackedFeatures,
    rows: NDArray[np.int64],
    device: str = "cpu",
) -> list[NetworkOutput]:
    """Outputs of each member for some rows, without dropout or gradients."""
    raw: list[list[NDArray[np.float32]]] = [[] for _ in models]
    represented: list[list[NDArray[np.float32]]] = [[] for _ in models]
    for model in models:
        model.eval()
    with torch.inference_mode():
        for some in bounded_batches(packed, rows) if len(rows) else ():
            batch = make_batch(packed, some).to(device)
            for place, model in enumerate(models):
                hidden = model.represent(batch)
                represented[place].append(hidden.float().cpu().numpy())
                raw[place].append(model.output(hidden).float().cpu().numpy())
    return [
        NetworkOutput(
            _joined(raw[place], model.n_endpoints),
            _joined(represented[place], model.output.in_features),
        )
        for place, model in enumerate(models)
    ]


def run_network(
    model: MultiTaskNetwork, packed: PackedFeatures, rows: NDArray[np.int64], device: str = "cpu"
) -> NetworkOutput:
    """Outputs of one member for some rows, without dropout or gradients."""
    return run_networks([model], packed, rows, device)[0]


def _joined(parts: list[NDArray[np.float32]], width: int) -> NDArray[np.float32]:
    return np.concatenate(parts) if parts else np.empty((0, width), np.float32)
