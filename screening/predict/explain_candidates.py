"""Which atoms of the best candidates make the prediction that weighs most in their rank."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import torch

from screening.chem.problem import Problem
from screening.core.contribution import Contribution, leading_wish, parse_contributions
from screening.core.errors import ConfigError
from screening.core.partitions import PartitionWriter, read_partitions
from screening.core.tables import EXPLANATIONS, RANKING
from screening.estimators.features import featurise
from screening.estimators.occlusion import atom_contributions
from screening.estimators.scorer import Scorer
from screening.predict.models import open_models

# Occlusion predicts a structure once for each of its atoms; giants would take minutes.
MAX_ATOMS = 150


def explain_candidates(ranking: Path, models: Sequence[str], output: Path, top: int) -> int:
    """Write table EXPLANATIONS for the first candidates of a ranking.

    What is explained is the wish with the largest weight: the mean over the endpoints of its group,
    as far as one model predicts them. A candidate that is too large has no row; nor has any
    where a third party's predictor predicts them.

    Parameters
    ----------
    ranking : table RANKING, in order of rank; only its head is read.
    models : folders or names of bundles.
    output : table to write.
    top : number of candidates.

    Returns
    -------
    The number of candidates explained.

    Raises
    ------
    InputError : the ranking is missing or damaged.
    ConfigError : no model predicts an endpoint of the wish.
    BundleError : a model is missing or altered.
    """
    rows = _head(ranking, top)
    parts = parse_contributions(rows[0]["contributions"]) if rows else ()
    wish = leading_wish(parts)
    with PartitionWriter(output, EXPLANATIONS.arrow()) as writer:
        if wish:
            writer.write_rows(_explained(rows, wish, _endpoints(wish, parts), models))
    return writer.n_rows


def _head(ranking: Path, top: int) -> list[dict[str, Any]]:
    columns = ["rank", "structure_id", "smiles", "contributions"]
    rows: list[dict[str, Any]] = []
    for table in read_partitions(ranking, RANKING, columns):
        rows += table.filter(pc.less_equal(table.column("rank"), top)).to_pylist()
        if len(rows) >= top:
            break
    return rows


def _endpoints(wish: Sequence[Contribution], parts: Sequence[Contribution]) -> set[str]:
    """The columns that a wish judges; of a group's mean, those of the group."""
    columns: set[str] = set()
    for one in wish:
        members = {part.column for part in parts if part.group == one.column}
        columns |= members or {one.column}
    return columns


def _explained(
    rows: Sequence[dict[str, Any]],
    wish: Sequence[Contribution],
    wanted: set[str],
    models: Sequence[str],
) -> list[dict[str, Any]]:
    found = open_models(models)
    counts = [
        sum(spec.id in wanted for spec in bundle.manifest.endpoints) for bundle in found.bundles
    ]
    if not any(counts):
        if wanted & {spec.id for spec in found.endpoints}:
            return []  # of a third party's predictor, whose insides are not known
        raise ConfigError(
            f"no model predicts {wish[0].column!r}", "explain with the models of the screen"
        )
    # One process: more threads would only compete with other rules.
    torch.set_num_threads(1)
    scorer = Scorer.load(found.bundles[counts.index(max(counts))].folder)
    columns = [place for place, spec in enumerate(scorer.endpoints) if spec.id in wanted]
    common = {
        "wish": wish[0].group or wish[0].label,
        "endpoints": [scorer.endpoints[place].id for place in columns],
        "scale": scorer.scale_of_effects(columns[0]),
    }
    explained = []
    for row in rows:
        features = featurise(row["smiles"])
        if isinstance(features, Problem) or len(features.atoms) > MAX_ATOMS:
            continue
        effects = atom_contributions(scorer, row["smiles"], features)[:, columns].mean(axis=1)
        mine = {"structure_id": row["structure_id"], "contributions": effects.round(4).tolist()}
        explained.append({**common, **mine})
    return explained
