"""Training a bundle from start to end."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from screening.estimators.inference import predict_raw, resolve_device
from screening.estimators.network import MultiTaskNetwork
from screening.train.assemble import RawTable
from screening.train.baseline import forest_metrics
from screening.train.card import render_card
from screening.train.catalogue import TableEntry
from screening.train.evaluate import build_domain, evaluate
from screening.train.fit import Task, fit_member
from screening.train.manifest import Outcome, build_manifest
from screening.train.marine import marine_share
from screening.train.metrics import Metrics
from screening.train.package import (
    check_output,
    replaced_folder,
    seal,
    thread_count,
    write_parts,
)
from screening.train.prepare import Prepared, prepare
from screening.train.recipe import Recipe
from screening.train.split import PART_NAMES, TEST, TRAIN, VALIDATION
from screening.train.structures import Structures


def make_targets(
    recipe: Recipe, prepared: Prepared
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Targets (n, e) with regressions standardised, and their (e, 2) mean and scale."""
    targets = prepared.labelled.labels.copy()
    scaling = np.tile([0.0, 1.0], (targets.shape[1], 1))
    train = prepared.rows(TRAIN)
    for column, endpoint in enumerate(recipe.endpoints):
        if endpoint.kind == "regression":
            known = targets[train, column]
            scaling[column] = np.nanmean(known), max(float(np.nanstd(known)), 1e-6)
            targets[:, column] = (targets[:, column] - scaling[column, 0]) / scaling[column, 1]
    return targets, scaling


def fit_ensemble(
    recipe: Recipe, prepared: Prepared, targets: NDArray[np.float32], device: str
) -> tuple[list[MultiTaskNetwork], NDArray[np.float32]]:
    """All members, and their raw outputs (members, n, e); 0 in rows of the train part."""
    task = Task(
        prepared.packed,
        targets,
        np.array([endpoint.kind == "classification" for endpoint in recipe.endpoints]),
        prepared.rows(TRAIN),
        prepared.rows(VALIDATION),
    )
    held_out = np.concatenate([prepared.rows(VALIDATION), prepared.rows(TEST)])
    members = []
    raw = np.zeros((recipe.training.members, *targets.shape), np.float32)
    for index in range(recipe.training.members):
        member = fit_member(task, recipe.network, recipe.training, index, device)
        raw[index, held_out] = predict_raw(member, prepared.packed, held_out, device)
        members.append(member.cpu())
    return members, raw


def train_bundle(
    recipe: Recipe,
    tables: Mapping[str, RawTable],
    entries: Mapping[str, TableEntry],
    output: Path,
    *,
    library: RawTable | None = None,
    workers: int = 1,
    device: str = "cpu",
    structures: Structures | None = None,
) -> Path:
    """Train, calibrate, measure and write one bundle.

    Parameters
    ----------
    recipe : what to train. tables : every table it names. entries : their sources.
    output : bundle folder; a bundle that is there is replaced when the new one is whole.
    library : marine compounds of which only the share in domain is kept.
    workers : processes for RDKit and threads for the forests.
    structures : standardised structures, where they are at hand already.

    Raises
    ------
    TrainingDataError : the tables cannot be trained on; nothing is written then.
    """
    started = time.monotonic()
    check_output(output)
    resolved = resolve_device(device)
    thread_count(recipe.training.threads)
    prepared = prepare(recipe, tables, workers, structures)
    sizes = ", ".join(f"{len(prepared.rows(part))} {PART_NAMES[part]}" for part in range(3))
    print(f"{len(prepared.packed)} structures: {sizes}", file=sys.stderr, flush=True)
    targets, scaling = make_targets(recipe, prepared)
    members, raw = fit_ensemble(recipe, prepared, targets, resolved)
    domain = build_domain(prepared)
    evaluation = evaluate(recipe, prepared, raw, scaling, domain)
    network_seconds = time.monotonic() - started
    forests = _forests(recipe, prepared, workers)
    thresholds = [item[0] for item in evaluation.thresholds]
    share = (
        None
        if library is None
        else marine_share(library, domain, thresholds, workers=workers, structures=structures)
    )
    with replaced_folder(output) as folder:
        calibrations = {
            endpoint.id: item
            for endpoint, item in zip(recipe.endpoints, evaluation.calibrations, strict=True)
        }
        write_parts(folder, members, calibrations, domain)
        outcome = Outcome(prepared, evaluation, forests, share, resolved, network_seconds)
        manifest = build_manifest(recipe, outcome, entries)
        seal(folder, manifest, render_card(manifest))
    return output


def _forests(recipe: Recipe, prepared: Prepared, workers: int) -> list[Metrics]:
    return [
        forest_metrics(
            prepared.packed,
            prepared.labelled.labels[:, column],
            endpoint.kind,
            train=prepared.rows(TRAIN),
            test=prepared.rows(TEST),
            recipe=recipe.baseline,
            seed=recipe.training.seed,
            n_jobs=workers,
        )
        for column, endpoint in enumerate(recipe.endpoints)
    ]
