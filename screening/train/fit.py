"""Fitting one member of the ensemble."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from screening.estimators.batches import make_batch
from screening.estimators.features import PackedFeatures
from screening.estimators.inference import batch_rows, run_network
from screening.estimators.network import MultiTaskNetwork, build_network
from screening.train.losses import endpoint_weights, masked_losses, validation_score
from screening.train.recipe import NetworkRecipe, TrainingRecipe

_WARM_UP = 0.15
_GRADIENT_NORM = 5.0


@dataclass(frozen=True)
class Task:
    """What a member learns.

    targets : (n, e) float32, 0/1 or standardised, NaN unknown. is_class : (e,) bool.
    train, held_out : row indices; those held out are only looked at.
    """

    packed: PackedFeatures
    targets: NDArray[np.float32]
    is_class: NDArray[np.bool_]
    train: NDArray[np.int64]
    held_out: NDArray[np.int64]


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

    def validate(self) -> float:
        """Score of the structures held out; lower is better."""
        rows = self.task.held_out
        raw = run_network(self.model, self.task.packed, rows, self.device).raw
        return validation_score(
            raw, self.task.targets[rows], self.task.targets[self.task.train], self.task.is_class
        )

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


def fit_member(
    task: Task,
    network: NetworkRecipe,
    training: TrainingRecipe,
    *,
    seed: int,
    name: str,
    device: str = "cpu",
) -> MultiTaskNetwork:
    """Train one network for all epochs; those held out do not choose when to stop.

    So their predictions stay honest, and one schedule serves every fold. Weights are rounded to
    float16, as they are stored, so that calibration and metrics describe the network that is
    shipped. One line per epoch goes to standard error.
    """
    fit = Fit(task, network, training, seed, device)
    for epoch in range(training.epochs):
        loss = fit.run_epoch()
        print(
            f"network {name} epoch {epoch + 1}/{training.epochs} "
            f"loss {loss:.4f} held out {fit.validate():.4f}",
            file=sys.stderr,
            flush=True,
        )
    return fit.rounded()
