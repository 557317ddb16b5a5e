"""The stage: structures, descriptors and predictions to a ranked list with reasons."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa

from screening.core.contribution import Contribution
from screening.core.database import open_database
from screening.core.objectives import RankSettings
from screening.core.partitions import PartitionWriter, remove
from screening.core.tables import RANKING
from screening.rank.columns import (
    descriptor_columns,
    prediction_columns,
    ranking_schema,
    shown_columns,
)
from screening.rank.contributions import (
    ObjectiveRow,
    contribution,
    explain,
)
from screening.rank.evidence import gather_evidence
from screening.rank.flags import flags_of
from screening.rank.gathered import write_gathered
from screening.rank.joined import joined_rows, ranked_rows
from screening.rank.quantities import Quantity, find_quantities
from screening.rank.ranking_csv import write_ranking_csv
from screening.rank.scoring import Evidence, Scores, domain_share, score_evidence, shares
from screening.rank.tables import ScreenTables

# Columns of the ranking that scoring makes; the others come from the compounds.
_SCORED = (
    "structure_id",
    "smiles",
    "score",
    "score_mean",
    "domain_share",
    "flags",
    "why",
    "contributions",
)


def rank_structures(
    tables: ScreenTables, output: Path, *, settings: RankSettings | None = None
) -> dict[str, int]:
    """Rank every structure; the best comes first.

    Parameters
    ----------
    tables : of the screen.
    output : table RANKING to write, in order of rank, with the columns of the objectives and
        limits after it; the same as CSV goes beside it (`ranking.parquet`, `ranking.csv`).
    settings : objectives, limits, caution.

    Returns
    -------
    Counts `n_structures`, `n_ranked`, `n_flagged`, `n_out_of_domain`.

    Raises
    ------
    ConfigError : an objective or limit names a column that is not there.
    InputError : a table is missing or damaged.
    """
    settings = settings or RankSettings()
    quantities = find_quantities(settings, tables.descriptors, tables.predictions)
    with _scratch(output) as scratch, open_database(scratch) as connection:
        scored = scratch / "scored.parquet"
        gathered = write_gathered(connection, tables, scratch)
        rows = joined_rows(
            connection,
            tables.structures,
            gathered,
            (tables.descriptors, descriptor_columns(quantities, tables.descriptors)),
            (tables.predictions, prediction_columns(quantities)),
        )
        with PartitionWriter(scored, ranking_schema(quantities, _SCORED)) as writer:
            for table in rows:
                writer.write(_score(table, settings, quantities))
        counts = {
            "n_structures": writer.n_rows,
            "n_ranked": 0,
            "n_flagged": 0,
            "n_out_of_domain": 0,
        }
        schema = ranking_schema(quantities, [column.name for column in RANKING.columns])
        with PartitionWriter(output, schema) as ranking:
            for table in ranked_rows(connection, scored, gathered, scratch):
                first = counts["n_ranked"] + 1
                ranks = pa.array(range(first, first + table.num_rows), pa.int64())
                ranking.write(_with_neutral(table.append_column("rank", ranks)))
                _count(table, counts)
    write_ranking_csv(output, output.with_suffix(".csv"))
    return counts


def _score(table: pa.Table, settings: RankSettings, quantities: Mapping[str, Quantity]) -> pa.Table:
    """The scored rows of a batch of joined rows."""
    evidence = gather_evidence(table, settings.objectives, quantities)
    scores = score_evidence(evidence, settings)
    has_domain = np.array([quantities[one.column].has_domain for one in settings.objectives])
    parts = _contributions(evidence, scores, settings, quantities)
    rows = table.to_pylist()
    flags = [
        flags_of(row, its, settings.limits, quantities)
        for row, its in zip(rows, parts, strict=True)
    ]
    share = domain_share(evidence.in_domain, has_domain, settings.objectives)
    columns = {
        "structure_id": table.column("structure_id"),
        "smiles": table.column("smiles"),
        "score": scores.score,
        "score_mean": scores.score_mean,
        "domain_share": pa.array(share, pa.float64(), from_pandas=True),
        "flags": pa.array(flags, pa.list_(pa.string())),
        "why": [explain(its) for its in parts],
        "contributions": [_as_json(its) for its in parts],
        **shown_columns(table, quantities),
    }
    return pa.table(columns)


def _contributions(
    evidence: Evidence,
    scores: Scores,
    settings: RankSettings,
    quantities: Mapping[str, Quantity],
) -> list[list[Contribution]]:
    """For each row the contributions of all objectives, in the settings' order."""
    weights = shares(settings.objectives).tolist()
    columns = (
        evidence.values.tolist(),
        evidence.stds.tolist(),
        scores.desirability.tolist(),
        evidence.in_domain.tolist(),
        scores.effect.tolist(),
    )
    return [
        [
            contribution(
                objective,
                quantities[objective.column],
                ObjectiveRow(value, std, desirability, in_domain, weight, effect),
            )
            for objective, value, std, desirability, in_domain, weight, effect in zip(
                settings.objectives, *row[:4], weights, row[4], strict=True
            )
        ]
        for row in zip(*columns, strict=True)
    ]


def _as_json(parts: Sequence[Contribution]) -> str:
    return json.dumps([asdict(part) for part in parts], ensure_ascii=False, allow_nan=False)


def _with_neutral(table: pa.Table) -> pa.Table:
    """Neutral values for what no stage tells yet: tier, Pareto front, stability, decisions."""
    neutral = {"tier": "novel", "known_as": [], "drugs_of_scaffold": [], "pareto": False}
    for column in RANKING.columns:
        if column.name not in table.column_names:
            values = pa.array([neutral.get(column.name)] * table.num_rows, column.type)
            table = table.append_column(column.name, values)
    return table


def _count(table: pa.Table, counts: dict[str, int]) -> None:
    """Add a batch of ranked rows to the counts (changes `counts`)."""
    for flags in table.column("flags").to_pylist():
        counts["n_ranked"] += 1
        counts["n_flagged"] += bool(flags)
        counts["n_out_of_domain"] += any(flag.startswith("out of domain") for flag in flags)


@contextmanager
def _scratch(output: Path) -> Iterator[Path]:
    """A folder beside the output for what does not fit in memory; removed in the end."""
    folder = output.with_name(f".{output.name}.scratch")
    remove(folder)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        remove(folder)
