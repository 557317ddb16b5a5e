"""Neighbours of structures held out: none of them may be held out with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from screening.estimators.network import build_network
from screening.train.domain import Domain, build_domain
from screening.train.ensemble import Ensemble
from screening.train.from_table import TableOptions
from screening.train.prepare import Prepared, prepare
from screening.train.recipe import Recipe, SplitRecipe
from screening.train.search.sources import source_of_table
from screening.train.targets import make_targets
from tests.bundles import LABELS, PARENTS


def read(folder: Path, *, share: bool) -> tuple[Recipe, Prepared]:
    lines = [
        f"{one.smiles},{value}" for one, value in zip(PARENTS, LABELS[:, 1].tolist(), strict=True)
    ]
    table = folder / "table.csv"
    table.write_text("\n".join(["smiles,log_p", *lines]) + "\n", encoding="utf-8")
    options = TableOptions(
        "smiles", ("log_p",), "regression", SplitRecipe(), share_structures=share
    )
    source = source_of_table(table, options)
    return source.recipe, prepare(source.recipe, source.tables)


def domain_of(recipe: Recipe, prepared: Prepared, scaled_by: Prepared | None = None) -> Domain:
    network = build_network(1, recipe.network.model_dump()).eval()
    nothing = np.empty(0)
    ensemble = Ensemble([network], nothing, nothing, nothing)  # type: ignore[arg-type]
    _, scaling = make_targets(recipe, (scaled_by or prepared).labelled, prepared.split.learned())
    return build_domain(recipe, prepared, ensemble, scaling)


def test_labels_of_a_fold_do_not_reach_its_own_votes(tmp_path: Path) -> None:
    recipe, prepared = read(tmp_path, share=True)
    before = domain_of(recipe, prepared)
    own = prepared.split.held_out(1)
    labels = prepared.labelled.labels.copy()
    labels[own] = np.nanmean(labels) + np.nanmean(labels) - labels[own]
    turned = replace(prepared, labelled=replace(prepared.labelled, labels=labels))
    after = domain_of(recipe, turned, scaled_by=prepared)
    np.testing.assert_allclose(after.votes[own], before.votes[own], atol=1e-5)
    others = prepared.split.held_out(0)
    assert not np.allclose(after.votes[others], before.votes[others], atol=1e-2)


@pytest.mark.parametrize("share", [True, False])
def test_only_labels_that_the_bundle_carries_vote(tmp_path: Path, share: bool) -> None:
    recipe, prepared = read(tmp_path, share=share)
    domain = domain_of(recipe, prepared)
    assert domain.index.has_labels.tolist() == [share]
    assert domain.votes[prepared.split.held_out(0)].any() == share
