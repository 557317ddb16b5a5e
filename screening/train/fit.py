"""Fitting one member of the ensemble."""

from __future__ import annotations

import io
import json
import math
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from screening.estimators.batches import make_batch
from screening.estimators.features import PackedFeatures
from screening.estimators.inference import batch_rows, run_network
from screening.estimators.network import MultiTaskNetwork, build_network
from screening.train.checkpoints import SAVE_EVERY_S, Checkpoints
from screening.train.losses import endpoint_weights, masked_losses, validation_score
from screening.train.recipe import NetworkRecipe, TrainingRecipe

_WARM_UP = 0.15
_GRADIENT_NORM = 5.0


@dataclass(frozen=True)
class Task:
    """What a member learns.

    targets : (n, e) float32, 0/1 or standardised, NaN unknown. is_class : (e,) bool.
    train, held_out : row indices; those held out are only looked at.
    watched : row indices, neither of `train` nor held out, that tell when to stop.
    """

    packed: PackedFeatures
    targets: NDArray[np.float32]
    is_class: NDArray[np.bool_]
    train: NDArray[np.int64]
    held_out: NDArray[np.int64]
    watched: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))


class Fit:
    """A network with its optimiser: AdamW on a one-cycle schedule.

    Loshchilov and Hutter 2019, arXiv:1711.05101; Smith and Topin 2019, arXiv:1708.07120.
    """

    def __init__(
        self, task: Task, network: NetworkRecipe, training: TrainingRecipe, seed: int, device: str
    ) -> None:
        self.task, self.device = task, device
        self.rng = np.random.default_rng(seed)
        self.model = _new_network(task, network, seed, device)
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(), lr=training.learning_rate, weight_decay=training.weight_decay
        )
        self.batch_size = max(8, min(training.batch_size, len(task.train) // 8))
        steps = len(batch_rows(task.train, self.batch_size, shuffle=None))
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimiser,
            max_lr=training.learning_rate,
            total_steps=steps * training.epochs + 1,
            pct_start=_WARM_UP,
        )
        self.weights = torch.from_numpy(endpoint_weights(task.targets[task.train])).to(device)
        self.is_class = torch.from_numpy(task.is_class).to(device)

    def run_epoch(self) -> float:
        """One pass over the training part; gives back the mean loss."""
        self.model.train()
        batches = batch_rows(self.task.train, self.batch_size, shuffle=self.rng)
        return sum(self._step(rows) for rows in batches) / len(batches)

    def _step(self, rows: NDArray[np.int64]) -> float:
        batch = make_batch(self.task.packed, rows).to(self.device)
        target = torch.from_numpy(self.task.targets[rows]).to(self.device)
        cells, known = masked_losses(self.model(batch), target, self.is_class)
        loss: Tensor = (cells * self.weights).sum() / (known * self.weights).sum().clamp(min=1e-6)
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), _GRADIENT_NORM)
        self.optimiser.step()
        self.schedule.step()
        return float(loss.detach())

    def score(self, rows: NDArray[np.int64]) -> float:
        """Score of some structures; lower is better, NaN without any label."""
        raw = run_network(self.model, self.task.packed, rows, self.device).raw
        return validation_score(
            raw, self.task.targets[rows], self.task.targets[self.task.train], self.task.is_class
        )

    def state(self) -> dict[str, Any]:
        """Everything that the epochs to come depend on."""
        on_gpu = torch.device(self.device).type == "cuda"
        return {
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.schedule.last_epoch,
            "shuffling": json.dumps(self.rng.bit_generator.state),
            # Of the device on which the dropout is drawn.
            "dropout": torch.cuda.get_rng_state(self.device) if on_gpu else torch.get_rng_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from what `state` gave."""
        self.model.load_state_dict(state["model"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.schedule.last_epoch = state["step"]
        self.rng.bit_generator.state = json.loads(state["shuffling"])
        if torch.device(self.device).type == "cuda":
            torch.cuda.set_rng_state(state["dropout"], self.device)
        else:
            torch.set_rng_state(state["dropout"])

    def rounded(self) -> MultiTaskNetwork:
        """The network with its weights rounded to float16."""
        state = {
            name: value.half().float() if value.is_floating_point() else value.clone()
            for name, value in self.model.state_dict().items()
        }
        self.model.load_state_dict(state)
        return self.model.eval()


def _new_network(task: Task, network: NetworkRecipe, seed: int, device: str) -> MultiTaskNetwork:
    torch.manual_seed(seed)
    model = build_network(task.targets.shape[1], network.model_dump())
    descriptors = task.packed.descriptors[task.train]
    model.descriptor_mean.copy_(torch.from_numpy(descriptors.mean(0)))
    model.descriptor_scale.copy_(torch.from_numpy(np.maximum(descriptors.std(0), 1e-3)))
    return model.to(device)


@dataclass
class _Progress:
    """How far a member is: epochs done, and the best of those watched."""

    epoch: int = 0
    best_epoch: int = 0
    best: float = math.inf
    weights: dict[str, Tensor] = field(default_factory=dict)

    def watch(self, score: float, model: MultiTaskNetwork) -> None:
        """Keep the weights of the best epoch."""
        if score < self.best:
            self.best, self.best_epoch = score, self.epoch
            self.weights = {name: value.clone() for name, value in model.state_dict().items()}


def fit_member(
    task: Task,
    network: NetworkRecipe,
    training: TrainingRecipe,
    *,
    seed: int,
    name: str,
    device: str = "cpu",
    kept: Checkpoints | None = None,
) -> MultiTaskNetwork:
    """Train one network for all epochs, or until those watched have long not gained.

    Those held out do not choose when to stop: their predictions stay honest. Weights are rounded
    to float16, as they are stored, so that calibration and metrics describe the network that is
    shipped. One line per epoch goes to standard error.

    Parameters
    ----------
    name : `number/count`, for progress and for its checkpoint.
    kept : where the training may have been before, and is kept.
    """
    kept, place = (
        kept or Checkpoints(),
        f"network-{name.split('/', maxsplit=1)[0].replace(' ', '-')}",
    )
    fit = Fit(task, network, training, seed, device)
    progress = _resumed(fit, kept.load(place))
    if progress.epoch:
        print(f"network {name} goes on after epoch {progress.epoch}", file=sys.stderr, flush=True)
    saved = time.monotonic()
    while progress.epoch < training.epochs and not _is_over(progress, task, training):
        loss = fit.run_epoch()
        progress.epoch += 1
        if len(task.watched):
            progress.watch(fit.score(task.watched), fit.model)
        print(
            f"network {name} epoch {progress.epoch}/{training.epochs} "
            f"loss {loss:.4f} held out {fit.score(task.held_out):.4f}",
            file=sys.stderr,
            flush=True,
        )
        if time.monotonic() - saved >= SAVE_EVERY_S:
            kept.save(place, _packed_state(fit, progress))
            saved = time.monotonic()
    kept.save(place, _packed_state(fit, progress))
    if progress.weights:
        fit.model.load_state_dict(progress.weights)
        print(f"network {name}: the weights of epoch {progress.best_epoch}", file=sys.stderr)
    return fit.rounded()


def _is_over(progress: _Progress, task: Task, training: TrainingRecipe) -> bool:
    """Whether those watched have not gained for the epochs of patience."""
    if training.patience is None or not len(task.watched):
        return False
    return progress.epoch - progress.best_epoch >= training.patience


def _packed_state(fit: Fit, progress: _Progress) -> bytes:
    buffer = io.BytesIO()
    torch.save({**fit.state(), **vars(progress)}, buffer)
    return buffer.getvalue()


def _resumed(fit: Fit, packed: bytes | None) -> _Progress:
    if packed is None:
        return _Progress()
    state = torch.load(io.BytesIO(packed), map_location=fit.device, weights_only=True)
    progress = _Progress(**{name: state.pop(name) for name in vars(_Progress())})
    state["dropout"] = state["dropout"].cpu()
    fit.restore(state)
    return progress
