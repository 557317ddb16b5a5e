"""From tables to rows, parts and features: everything before the first gradient."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from screening.core.errors import TrainingDataError
from screening.core.fixed_test import read_fixed_test
from screening.estimators.features import PackedFeatures
from screening.train.assemble import LabelledSet, RawTable, assemble
from screening.train.audit import audit_exclusions, audit_split
from screening.train.contradictions import refuse_contradictions
from screening.train.divide import Divided, divide
from screening.train.featurised import featurise_all
from screening.train.fixed import check_judges, check_share, with_fixed_test
from screening.train.recipe import Recipe
from screening.train.split import Split
from screening.train.structures import Structure, Structures, standardise_all

MIN_STRUCTURES = 30
MIN_CLASS = 3


@dataclass(frozen=True)
class Prepared:
    """Rows ready to train on.

    scaffolds : Bemis-Murcko, of each row. digest : SHA-256 over keys, labels and folds.
    """

    labelled: LabelledSet
    packed: PackedFeatures
    scaffolds: list[str]
    split: Split
    digest: str
    rejected: dict[str, int]


def check_trainable(recipe: Recipe, labelled: LabelledSet) -> None:
    """Fail where an endpoint has too few structures or one class only.

    Raises
    ------
    TrainingDataError : names the endpoint and its counts.
    """
    for column, endpoint in enumerate(recipe.endpoints):
        known = labelled.labels[:, column]
        known = known[~np.isnan(known)]
        counts = labelled.counts[endpoint.id]
        if len(known) < MIN_STRUCTURES:
            raise TrainingDataError(
                f"{endpoint.id}: too few rows: {len(known)} labelled structures after "
                f"standardising and merging {counts.rows} rows "
                f"({counts.rejected_rows} rejected, {counts.conflicts_dropped} in conflict)",
                f"at least {MIN_STRUCTURES} are needed",
            )
        if endpoint.kind == "classification":
            positive = int(known.sum())
            if min(positive, len(known) - positive) < MIN_CLASS:
                raise TrainingDataError(
                    f"{endpoint.id}: {positive} structures are labelled 1 and "
                    f"{len(known) - positive} are labelled 0",
                    f"at least {MIN_CLASS} of each class are needed",
                )
        elif np.ptp(known) == 0:
            raise TrainingDataError(f"{endpoint.id}: every label is {known[0]:g}")


def _reject_counts(structures: Structures) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in structures.values():
        if not isinstance(item, Structure):
            counts[item] = counts.get(item, 0) + 1
    return dict(sorted(counts.items()))


def _excluded_keys(
    recipe: Recipe, tables: Mapping[str, RawTable], structures: Structures
) -> dict[int, set[str]]:
    excluded: dict[int, set[str]] = {}
    for column, endpoint in enumerate(recipe.endpoints):
        texts = [
            text.strip()
            for name in endpoint.exclude
            for text in tables[name].frame[tables[name].smiles_column]
        ]
        found = [structures[text] for text in texts]
        excluded[column] = {item.flat_key for item in found if isinstance(item, Structure)}
    return excluded


def _digest(labelled: LabelledSet, split: Split) -> str:
    digest = hashlib.sha256("\n".join(labelled.flat_keys).encode())
    digest.update(labelled.labels.tobytes())
    digest.update(split.fold.tobytes())
    return digest.hexdigest()


def _drop_unlabelled(labelled: LabelledSet) -> LabelledSet:
    known = ~np.isnan(labelled.labels).all(axis=1)
    return labelled.take(np.flatnonzero(known).astype(np.int64))


def prepare(
    recipe: Recipe,
    tables: Mapping[str, RawTable],
    workers: int = 1,
    structures: Structures | None = None,
    test: Path | None = None,
) -> Prepared:
    """Standardise, merge, split, audit and featurise.

    Parameters
    ----------
    recipe, tables : what to learn, and every table it names.
    workers : processes for the work of RDKit.
    structures : standardised structures, where they are at hand already.
    test : file of the fixed test: none of it is learned from; where it is not there yet, the test
        part of the split is to become it.

    Raises
    ------
    ConfigError, InputError : the test can judge nothing, or is none.
    TrainingDataError : the tables cannot be trained on, or the audit finds a leak.
    """
    if test is not None:
        check_share(recipe, test)
    if structures is None:
        texts: Sequence[str] = [
            text.strip() for table in tables.values() for text in table.frame[table.smiles_column]
        ]
        structures = standardise_all(texts, workers)
    labelled = _drop_unlabelled(assemble(recipe, tables, structures))
    if recipe.conflicts == "refuse":
        for name, table in tables.items():
            refuse_contradictions(recipe, table, name, structures)
    fixed = read_fixed_test(test) if test is not None and test.exists() else None
    if fixed is not None:
        labelled = with_fixed_test(labelled, fixed, recipe)
    check_trainable(recipe, labelled)
    packed, scaffolds = featurise_all(labelled.smiles, workers)
    given = Divided(tables, structures, labelled, packed, scaffolds)
    split = divide(recipe, given, fixed, judges=test is not None)
    if test is not None:
        tested = split.test() if fixed is None else slice(len(split.fold) - len(fixed), None)
        check_judges(recipe, test, labelled.labels[tested])
    audit_split(labelled.flat_keys, split.fold, split.whole)
    audit_exclusions(
        labelled.flat_keys, labelled.labels, _excluded_keys(recipe, tables, structures)
    )
    _check_folds(recipe, labelled, split)
    digest = _digest(labelled, split)
    return Prepared(labelled, packed, scaffolds, split, digest, _reject_counts(structures))


def _check_folds(recipe: Recipe, labelled: LabelledSet, split: Split) -> None:
    """Every fold must leave something to learn, and there must be one."""
    if split.n_folds < 1:
        raise TrainingDataError(
            f"no structure is left to learn from: of {len(split.fold)}, {len(split.test())} are "
            "the test and the others are kept apart from it",
            "give a table with further structures",
        )
    for fold in range(split.n_folds):
        train = labelled.labels[split.train(fold)]
        for column, endpoint in enumerate(recipe.endpoints):
            known = train[~np.isnan(train[:, column]), column]
            if len(known) == 0 or np.ptp(known) == 0:
                raise TrainingDataError(
                    f"{endpoint.id}: without one fold, the labels have one value only",
                    "give more structures, or divide them by --split-column",
                )
