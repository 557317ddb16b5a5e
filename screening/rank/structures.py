"""The stage: structures, descriptors and predictions to a ranked list with reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from screening.core.database import open_database
from screening.core.objectives import RankSettings
from screening.core.partitions import PartitionWriter, remove
from screening.core.tables import RANKING
from screening.rank.columns import (
    descriptor_columns,
    prediction_columns,
    provenance_columns,
    ranking_schema,
)
from screening.rank.gathered import write_gathered
from screening.rank.joined import joined_rows, ranked_rows
from screening.rank.pareto import Aims, find_front
from screening.rank.quantities import known_quantities
from screening.rank.ranking_csv import write_ranking_csv
from screening.rank.scorer import SCORED, Scorer
from screening.rank.tables import ScreenTables

COUNTS = ("n_structures", "n_ranked", "n_flagged", "n_out_of_domain", "n_pareto")
"""What the stage counts."""


def rank_structures(
    tables: ScreenTables, output: Path, *, settings: RankSettings | None = None
) -> dict[str, int]:
    """Rank every structure; the best comes first.

    Parameters
    ----------
    tables : of the screen.
    output : table RANKING to write, in order of rank, with the columns of the objectives and
        limits after it; the same as CSV goes beside it (`ranking.parquet`, `ranking.csv`).
    settings : profile or objectives and limits, caution.

    Returns
    -------
    Counts `n_structures`, `n_ranked`, `n_flagged`, `n_out_of_domain`, `n_pareto`.

    Raises
    ------
    ConfigError : an objective or limit names a column that is not there.
    InputError : a table is missing or damaged.
    """
    settings = settings or RankSettings()
    scorer = Scorer(settings, known_quantities(tables.descriptors, tables.predictions))
    with _scratch(output) as scratch, open_database(scratch) as connection:
        scored = scratch / "scored.parquet"
        gathered = write_gathered(connection, tables, scratch)
        n_structures = _write_scored(connection, tables, gathered, scored, scorer)
        front = find_front(connection, scored, scorer.aims.columns)
        top_shares = scorer.top_shares.shares() if settings.draws else None
        counts = Counter({"n_structures": n_structures})
        schema = ranking_schema(scorer.quantities, [column.name for column in RANKING.columns])
        with PartitionWriter(output, schema) as ranking:
            for table in ranked_rows(connection, scored, gathered, scratch):
                placed = _placed(table, ranking.n_rows, scorer.aims, front, top_shares)
                ranking.write(placed)
                counts.update(_counts(placed))
    write_ranking_csv(output, output.with_suffix(".csv"))
    return {name: counts[name] for name in COUNTS}


def _write_scored(
    connection: duckdb.DuckDBPyConnection,
    tables: ScreenTables,
    gathered: Path,
    scored: Path,
    scorer: Scorer,
) -> int:
    """Write what scoring makes of each structure, in no order; returns how many there are."""
    quantities = scorer.quantities
    rows = joined_rows(
        connection,
        tables.structures,
        (gathered, provenance_columns(quantities)),
        (tables.descriptors, descriptor_columns(quantities, tables.descriptors)),
        (tables.predictions, prediction_columns(quantities)),
    )
    schema = ranking_schema(quantities, SCORED)
    for column in scorer.aims.columns:
        schema = schema.append(pa.field(column, pa.float64()))
    with PartitionWriter(scored, schema) as writer:
        for table in rows:
            writer.write(scorer.score(table))
    return writer.n_rows


def _placed(
    table: pa.Table,
    n_before: int,
    aims: Aims,
    front: Collection[tuple[float, ...]],
    top_shares: Mapping[str, float] | None,
) -> pa.Table:
    """A batch of rows in order of rank with what is known once all are scored."""
    points = zip(*(table.column(name).to_pylist() for name in aims.columns), strict=True)
    shares = [
        None if top_shares is None else top_shares.get(structure, 0.0)
        for structure in table.column("structure_id").to_pylist()
    ]
    ranks = range(n_before + 1, n_before + 1 + table.num_rows)
    return (
        table.append_column("rank", pa.array(ranks, pa.int64()))
        .append_column("pareto", pa.array([point in front for point in points], pa.bool_()))
        .append_column("top_share", pa.array(shares, pa.float64()))
    )


def _counts(table: pa.Table) -> dict[str, int]:
    """What a batch of ranked rows adds to the counts."""
    all_flags = table.column("flags").to_pylist()
    return {
        "n_ranked": table.num_rows,
        "n_flagged": sum(map(bool, all_flags)),
        "n_out_of_domain": sum(
            any(flag.startswith("out of domain") for flag in flags) for flags in all_flags
        ),
        "n_pareto": sum(table.column("pareto").to_pylist()),
    }


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
