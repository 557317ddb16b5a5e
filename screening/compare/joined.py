"""Two rankings side by side, with DuckDB: in bounded memory, spilling to disk.

A structure's rank falls by one for each structure that entered above it, and rises by one for each
that left from above it; the rest of its move comes of scores that changed, its own or others'.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from screening.core.database import sql_table, stream_query


def compared_rows(
    connection: duckdb.DuckDBPyConnection, ranking: Path, before: Path, scratch: Path
) -> Iterator[pa.Table]:
    """Yield every structure of the two rankings, in order of rank; those that left come last.

    Parameters
    ----------
    connection : from `core.database.open_database`.
    ranking : table RANKING.
    before : table SNAPSHOT.
    scratch : folder for files between.

    Returns
    -------
    Rows of structure_id, name, rank, score, contributions, the last three also as `previous_…`,
    `n_entered` and `n_left` (int64): structures that entered and left above it. Contributions
    are null where they are equal.
    """
    now, then = sql_table(ranking), sql_table(before)
    shifts, joined = scratch / "shifts.parquet", scratch / "joined.parquet"
    connection.sql(
        "SELECT structure_id, "
        "count(*) FILTER (previous_rank IS NULL) OVER (ORDER BY rank NULLS LAST "
        "ROWS UNBOUNDED PRECEDING) AS n_entered, "
        "count(*) FILTER (rank IS NULL) OVER (ORDER BY previous_rank NULLS LAST "
        "ROWS UNBOUNDED PRECEDING) AS n_left "
        f"FROM (SELECT structure_id, n.rank, t.rank AS previous_rank FROM {now} n "
        f"FULL JOIN {then} t USING (structure_id))"
    ).write_parquet(str(shifts))
    unequal = "n.contributions IS DISTINCT FROM t.contributions"
    connection.sql(
        "SELECT structure_id, coalesce(n.name, t.name) AS name, n.rank, t.rank AS previous_rank, "
        "n.score, t.score AS previous_score, "
        f"CASE WHEN {unequal} THEN n.contributions END AS contributions, "
        f"CASE WHEN {unequal} THEN t.contributions END AS previous_contributions, "
        "n_entered, n_left "
        f"FROM {now} n FULL JOIN {then} t USING (structure_id) "
        f"JOIN {sql_table(shifts)} USING (structure_id)"
    ).write_parquet(str(joined))
    yield from stream_query(
        connection,
        f"SELECT * FROM {sql_table(joined)} ORDER BY rank NULLS LAST, previous_rank",
    )
