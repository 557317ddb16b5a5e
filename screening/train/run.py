"""Training a bundle from start to end."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path

import torch

from screening.core.bundle import BundleManifest
from screening.estimators.inference import resolve_device
from screening.train.assemble import RawTable
from screening.train.baseline import beside_forests
from screening.train.card import render_card
from screening.train.catalogue import TableEntry
from screening.train.domain import Domain, build_domain
from screening.train.ensemble import Ensemble, fit_ensemble
from screening.train.evaluate import Evaluation, evaluate
from screening.train.manifest import Outcome, build_manifest
from screening.train.marine import marine_share
from screening.train.package import check_output, replaced_folder, seal, write_parts
from screening.train.prepare import Prepared, prepare
from screening.train.recipe import Recipe
from screening.train.structures import Structures
from screening.train.targets import make_targets


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
    workers : processes for RDKit and for networks, threads for trees and forests.
    structures : standardised structures, where they are at hand already.

    Raises
    ------
    TrainingDataError : the tables cannot be trained on; nothing is written then.
    """
    started = time.monotonic()
    check_output(output)
    resolved = resolve_device(device)
    torch.set_num_threads(recipe.training.threads)
    prepared = prepare(recipe, tables, workers, structures)
    _tell(prepared)
    targets, scaling = make_targets(recipe, prepared.labelled, prepared.split.learned())
    ensemble = fit_ensemble(recipe, prepared, targets, workers, resolved)
    domain = build_domain(recipe, prepared, ensemble)
    evaluation = evaluate(recipe, prepared, ensemble, scaling, domain)
    seconds = time.monotonic() - started
    forests = beside_forests(recipe, prepared, evaluation.measured, workers)
    marine = None
    if library is not None:
        network = ensemble.members[0]
        marine = marine_share(
            library, domain, network, evaluation.limits, workers, structures=structures
        )
    outcome = Outcome(prepared, evaluation, forests, marine, resolved, seconds)
    manifest = build_manifest(recipe, outcome, entries)
    with replaced_folder(output) as folder:
        _write(folder, ensemble, domain, evaluation, manifest)
    return output


def _write(
    folder: Path,
    ensemble: Ensemble,
    domain: Domain,
    evaluation: Evaluation,
    manifest: BundleManifest,
) -> None:
    names = [endpoint.id for endpoint in manifest.endpoints]
    write_parts(
        folder,
        members=ensemble.members,
        trees=ensemble.trees,
        calibrations=dict(zip(names, evaluation.calibrations, strict=True)),
        index=domain.index,
        space=domain.space,
    )
    seal(folder, manifest, render_card(manifest))


def _tell(prepared: Prepared) -> None:
    split = prepared.split
    print(
        f"{len(prepared.packed)} structures, by {split.method}: {len(split.learned())} to learn "
        f"from, {len(split.test())} for the test",
        file=sys.stderr,
        flush=True,
    )
