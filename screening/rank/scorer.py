"""Batches of joined rows to scored ones: evidence, score, contributions, flags and reasons."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields

import numpy as np
import pyarrow as pa

from screening.core.contribution import Contribution
from screening.core.objectives import RankSettings
from screening.core.profiles import limits_of, objectives_of
from screening.rank.columns import shown_columns
from screening.rank.contributions import ObjectiveRow, contribution, explain
from screening.rank.evidence import Evidence, gather_evidence
from screening.rank.flags import flags_of
from screening.rank.judged import distinct_quantities, find_judged
from screening.rank.pareto import Aims
from screening.rank.quantities import Quantity
from screening.rank.scoring import Scores, domain_share, score_evidence, shares
from screening.rank.stability import TopShares

SCORED = (
    "structure_id",
    "smiles",
    "score",
    "score_mean",
    "domain_share",
    "flags",
    "why",
    "contributions",
)
"""Columns of the ranking that scoring makes; the others come from the compounds."""
_KEPT = tuple(field.name for field in fields(Contribution))


class Scorer:
    """Scores structures, and gathers what is known only of all of them together.

    Parameters
    ----------
    settings : profile or objectives and limits, caution.
    known : all quantities of the tables.

    Raises
    ------
    ConfigError : an objective or limit names what is not there.
    """

    def __init__(self, settings: RankSettings, known: Mapping[str, Quantity]) -> None:
        self._settings = settings
        self._objectives = objectives_of(settings)
        self._limits = limits_of(settings)
        self._judged = find_judged(self._objectives, self._limits, known)
        self._has_domain = np.array([one.has_domain for one in self._judged])
        self._predicted = [
            column
            for column, one in distinct_quantities(self._judged, (), known).items()
            if one.has_domain
        ]
        self.quantities = distinct_quantities(self._judged, self._limits, known)
        """What objectives and limits need, by name."""
        self.aims = Aims(self._objectives)
        """The aims of the objectives."""
        self.top_shares = TopShares(self._judged, settings)
        """Grows with every batch."""

    def score(self, table: pa.Table) -> pa.Table:
        """The columns `SCORED`, the aims and the quantities of a batch of joined rows."""
        evidence = gather_evidence(table, self._judged)
        scores = score_evidence(evidence, self._settings)
        self.top_shares.add(
            table.column("structure_id").to_pylist(),
            table.column("first_compound").to_pylist(),
            evidence,
        )
        parts = self._contributions(evidence, scores)
        flags = [
            flags_of(row, its, self._limits, self.quantities, self._predicted)
            for row, its in zip(table.to_pylist(), parts, strict=True)
        ]
        inside = domain_share(evidence.verdicts, self._has_domain, self._objectives)
        columns = {
            "structure_id": table.column("structure_id"),
            "smiles": table.column("smiles"),
            "score": scores.score,
            "score_mean": scores.score_mean,
            "domain_share": pa.array(inside, pa.float64(), from_pandas=True),
            "flags": pa.array(flags, pa.list_(pa.string())),
            "why": pa.array([explain(its) for its in parts], pa.string()),
            "contributions": pa.array([_as_json(its) for its in parts], pa.string()),
            **shown_columns(table, self.quantities),
            **dict(zip(self.aims.columns, self.aims.desirability(scores.effect).T, strict=True)),
        }
        return pa.table(columns)

    def _contributions(self, evidence: Evidence, scores: Scores) -> list[list[Contribution]]:
        """For each row the contributions of all objectives, in the settings' order."""
        weights = shares(self._objectives).tolist()
        arrays = (
            evidence.values,
            np.hypot(evidence.stds, evidence.stds_over),
            scores.desirability,
            evidence.verdicts,
            scores.effect,
        )
        return [
            [
                contribution(
                    judged, ObjectiveRow(value, std, desirability, verdict, weight, effect)
                )
                for judged, value, std, desirability, verdict, weight, effect in zip(
                    self._judged, *row[:4], weights, row[4], strict=True
                )
            ]
            for row in zip(*(array.tolist() for array in arrays), strict=True)
        ]


def _as_json(parts: Sequence[Contribution]) -> str:
    # Not `asdict`: it copies every value, and took half of the stage.
    rows = [{name: getattr(part, name) for name in _KEPT} for part in parts]
    return json.dumps(rows, ensure_ascii=False, allow_nan=False)
