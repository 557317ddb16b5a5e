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
from screening.estimators.inference import batch_rows, predict_raw
from screening.estimators.network import MultiTaskNetwork, build_network
from screening.train.losses import endpoint_weights, masked_losses, validation_score
from screening.train.recipe import NetworkRecipe, TrainingRecipe

_MEMBER_SEED_STEP = 1000
_WARM_UP = 0.15
_GRADIENT_NORM = 5.0


@dataclass(frozen=True)
class Task:
    """What a member learns.

    targets : (n, e) float32, 0/1 or standardised, NaN unknown. is_class : (e,) bool.
    train, validation : row indices.
    """

    packed: PackedFeatures
    targets: NDArray[np.float32]
    is_class: NDArray[np.bool_]
    train: NDArray[np.int64]
    validation: NDArray[np.int64]


class _Fit:
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
        """Score of the validation part; lower is better."""
        rows = self.task.validation
        raw = predict_raw(self.model, self.task.packed, rows, self.device)
        return validation_score(
            raw, self.task.targets[rows], self.task.targets[self.task.train], self.task.is_class
        )

    def state(self) -> dict[str, Tensor]:
        """Copy of the weights, rounded to float16."""
        return {
            name: value.half().float() if value.is_floating_point() else value.clone()
            for name, value in self.model.state_dict().items()
        }


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
    member: int,
    device: str = "cpu",
) -> MultiTaskNetwork:
    """Train one member and give it back with the weights of its best epoch.

    Weights are rounded to float16, as they are stored, so that calibration and metrics describe
    the network that is shipped. One line per epoch goes to standard error.
    """
    fit = _Fit(task, network, training, training.seed + _MEMBER_SEED_STEP * member, device)
    best, best_state, waited = float("inf"), fit.state(), 0
    for epoch in range(training.epochs):
        loss, score = fit.run_epoch(), fit.validate()
        print(
            f"member {member + 1}/{training.members} epoch {epoch + 1}/{training.epochs} "
            f"loss {loss:.4f} validation {score:.4f}",
            file=sys.stderr,
            flush=True,
        )
        waited += 1
        # A part without a usable label scores NaN; then the last epoch stands.
        if not score >= best:
            best, best_state, waited = score, fit.state(), 0
        if waited >= training.patience:
            break
    fit.model.load_state_dict(best_state)
    return fit.model.eval()
