"""The table FAMILIES: which structures belong together, and what speaks against each."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow.compute as pc

from screening.core.database import sql_table, stream_query
from screening.core.partitions import PartitionWriter
from screening.core.tables import FAMILIES


def write_families(
    connection: duckdb.DuckDBPyConnection, examined: Path, conflicts: Path, output: Path
) -> dict[str, int]:
    """Join what was found of the structures, in the order of the structures.

    Parameters
    ----------
    connection : from `core.database.open_database`.
    examined : table of `examine.write_examined`.
    conflicts : file of `conflicts.write_conflicts`.
    output : table FAMILIES to write.

    Returns
    -------
    Counts `n_structures`, `n_quarantined`, `n_conflicting`, `n_scaffolds`, `n_stereo_families`.
    """
    counts = {"n_structures": 0, "n_quarantined": 0, "n_conflicting": 0}
    with PartitionWriter(output, FAMILIES.arrow()) as writer:
        for table in stream_query(connection, _joined(examined, conflicts)):
            writer.write(table)
            counts["n_structures"] += table.num_rows
            counts["n_quarantined"] += _n_filled(table.column("quarantine"))
            counts["n_conflicting"] += _n_filled(table.column("conflicts"))
    return {**counts, **_count_families(connection, examined)}


def _joined(examined: Path, conflicts: Path) -> str:
    source = sql_table(examined)
    return (
        "SELECT e.structure_id, e.flat_key, "
        "coalesce(list_filter(f.members, lambda one: one <> e.structure_id), []) AS stereo_family, "
        "e.scaffold, coalesce(g.n, 0) AS n_scaffold, e.quarantine, "
        "coalesce(c.conflicts, []) AS conflicts "
        f"FROM {source} e "
        # Families of one need no list.
        "LEFT JOIN (SELECT flat_key, list(structure_id ORDER BY structure_id) AS members "
        f"FROM {source} GROUP BY flat_key HAVING count(*) > 1) f USING (flat_key) "
        f"LEFT JOIN (SELECT scaffold, count(*) AS n FROM {source} WHERE scaffold <> '' "
        "GROUP BY scaffold) g USING (scaffold) "
        f"LEFT JOIN {sql_table(conflicts)} c USING (structure_id) ORDER BY e.position"
    )


def _count_families(connection: duckdb.DuckDBPyConnection, examined: Path) -> dict[str, int]:
    source = sql_table(examined)
    row = connection.execute(
        f"SELECT (SELECT count(DISTINCT scaffold) FROM {source} WHERE scaffold <> ''), "
        f"(SELECT count(*) FROM (SELECT 1 FROM {source} GROUP BY flat_key HAVING count(*) > 1))"
    ).fetchone()
    assert row is not None  # aggregates always give a row
    return {"n_scaffolds": int(row[0]), "n_stereo_families": int(row[1])}


def _n_filled(column: object) -> int:
    """Rows of a column of lists that hold something."""
    return int(pc.sum(pc.greater(pc.list_value_length(column), 0)).as_py() or 0)
