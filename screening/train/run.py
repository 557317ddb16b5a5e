"""Training a bundle from start to end."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch

from screening.core.accounting import account
from screening.core.bundle import BundleManifest
from screening.core.costs import stated_cost, total_cost
from screening.core.fixed_test import write_fixed_test
from screening.core.lock import only_one
from screening.core.prices import AccountingSettings
from screening.core.provenance import code_digest, value_digest
from screening.estimators.inference import resolve_device
from screening.train.assemble import RawTable
from screening.train.baseline import beside_forests
from screening.train.card import render_card
from screening.train.catalogue import TableEntry
from screening.train.checkpoints import Checkpoints, checkpoints_of
from screening.train.domain import Domain, build_domain
from screening.train.ensemble import Ensemble, fit_ensemble
from screening.train.evaluate import Evaluation, evaluate
from screening.train.fixed import fixed_test_of
from screening.train.manifest import Outcome, build_manifest
from screening.train.marine import MarineLibrary, MarineShare, marine_share, marine_structures
from screening.train.outcome import tell_outcome
from screening.train.package import check_output, replaced_folder, seal, write_parts
from screening.train.prepare import Prepared, prepare
from screening.train.recipe import Recipe
from screening.train.structures import Structures
from screening.train.targets import make_targets
from screening.train.work import Work


@dataclass(frozen=True)
class Tables:
    """The tables of a training.

    labels : every table that the recipe names. entries : their sources.
    library : marine compounds, of which only the share in domain and what of the test is known to
        be marine are kept. structures : standardised structures, where they are at hand already.
    """

    labels: Mapping[str, RawTable]
    entries: Mapping[str, TableEntry]
    library: MarineLibrary | None = None
    structures: Structures | None = None


def train_bundle(
    recipe: Recipe,
    tables: Tables,
    output: Path,
    *,
    test: Path | None = None,
    workers: int = 1,
    device: str = "cpu",
    prices: AccountingSettings | None = None,
) -> BundleManifest:
    """Train, calibrate, measure and write one bundle.

    Parameters
    ----------
    recipe : what to train.
    output : bundle folder; a bundle that is there is replaced when the new one is whole.
    test : the fixed test: kept to where the file is there, else written with the bundle.
    workers : processes for RDKit and for networks, threads for trees and forests.
    prices : by which the bundle tells its cost in money; None: it does not.

    Raises
    ------
    TrainingDataError : the tables cannot be trained on; nothing is written then.
    ConfigError, InputError : `test` can judge nothing, or is no fixed test.
    """
    check_output(output)
    resolved = resolve_device(device)
    torch.set_num_threads(recipe.training.threads)
    with ExitStack() as alone:
        with account() as cost:
            prepared = _prepare(recipe, tables, output, test, workers=workers, alone=alone)
            _tell(prepared)
            kept = checkpoints_of(output, _digest(recipe, prepared, resolved))
            costs = [*kept.costs(), cost]
            with kept.counting(costs):
                learned = _learn(recipe, prepared, kept, workers, resolved)
        forests = beside_forests(recipe, prepared, learned.evaluation.measured, workers)
        marine = _marine_verdicts(tables, learned, workers)
        stated = stated_cost(total_cost(costs), prices)
        outcome = Outcome(prepared, learned.evaluation, forests, marine.share, resolved, stated)
        manifest = build_manifest(recipe, outcome, tables.entries)
        if test is not None and not test.exists():
            made = fixed_test_of(recipe, prepared.labelled, prepared.split, marine.flat_keys)
            write_fixed_test(test, made)
        with replaced_folder(output) as folder:
            _write(folder, learned, manifest)
        kept.remove()
        tell_outcome(manifest)
        return manifest


def _prepare(
    recipe: Recipe,
    tables: Tables,
    output: Path,
    test: Path | None,
    *,
    workers: int,
    alone: ExitStack,
) -> Prepared:
    """What is trained on.

    Parameters
    ----------
    alone : until its end other trainings of this bundle wait, and others that make this test.
    """
    given = (recipe, tables.labels, workers, tables.structures, test)
    makes_test = test is not None and not test.exists()
    prepared = prepare(*given)
    alone.enter_context(only_one(_lock(output), _say, f"training {output}"))
    if test is not None and makes_test:
        alone.enter_context(only_one(_lock(test), _say, f"making {test}"))
        if test.exists():
            prepared = prepare(*given)
    return prepared


def _lock(path: Path) -> Path:
    return path.with_name(f".{path.name}.lock")


class _Learned(NamedTuple):
    """What a bundle is made of."""

    ensemble: Ensemble
    domain: Domain
    evaluation: Evaluation


def _learn(
    recipe: Recipe, prepared: Prepared, kept: Checkpoints, workers: int, device: str
) -> _Learned:
    targets, scaling = make_targets(recipe, prepared.labelled, prepared.split.learned())
    ensemble = fit_ensemble(Work(recipe, prepared, targets, kept), workers, device)
    domain = build_domain(recipe, prepared, ensemble, scaling)
    return _Learned(ensemble, domain, evaluate(recipe, prepared, ensemble, scaling, domain))


class _Marine(NamedTuple):
    """What the marine library says: verdicts on its structures, and which they are."""

    share: MarineShare | None
    flat_keys: Collection[str]


def _marine_verdicts(tables: Tables, learned: _Learned, workers: int) -> _Marine:
    if tables.library is None:
        return _Marine(None, ())
    parents = marine_structures(tables.library, workers, tables.structures)
    share = marine_share(
        tables.library.name,
        parents,
        learned.domain,
        learned.ensemble.members[0],
        learned.evaluation.limits,
        workers=workers,
    )
    return _Marine(share, parents)


def _digest(recipe: Recipe, prepared: Prepared, device: str) -> str:
    """Of everything that decides what the networks and trees become."""
    decides = (recipe.model_dump(mode="json"), prepared.digest, code_digest("train"), device)
    return value_digest(decides)


def _write(folder: Path, learned: _Learned, manifest: BundleManifest) -> None:
    names = [endpoint.id for endpoint in manifest.endpoints]
    write_parts(
        folder,
        members=learned.ensemble.members,
        trees=learned.ensemble.trees,
        calibrations=dict(zip(names, learned.evaluation.calibrations, strict=True)),
        index=learned.domain.index,
        space=learned.domain.space,
    )
    seal(folder, manifest, render_card(manifest))


def _tell(prepared: Prepared) -> None:
    split = prepared.split
    _say(
        f"{len(prepared.packed)} structures, by {split.method}: {len(split.learned())} to learn "
        f"from, {len(split.test())} for the test"
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
