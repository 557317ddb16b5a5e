"""The proof that nothing was lost: counts and keys of the final tables against what was read."""

from __future__ import annotations

from pathlib import Path

import duckdb

_MEMORY = "512MB"


def check_books(read: list[Path], compounds: Path, structures: Path, rejects: Path) -> None:
    """Check that every record read stands exactly once among compounds and rejects.

    Parameters
    ----------
    read : the tables that hold what was read: `records` and the rejects of ingest.
    compounds, structures, rejects : the final tables.

    Raises
    ------
    RuntimeError : a record is missing or stands twice, a compound has no structure, or a
        structure's number of compounds is wrong. Any of these is a programming error.
    """
    with duckdb.connect(":memory:") as database:
        database.execute(f"SET memory_limit = '{_MEMORY}'")
        database.execute("SET temp_directory = $1", [str(compounds.parent / ".spill")])
        _define(database, "was_read", read)
        _define(database, "closed", [compounds, rejects])
        for name, table in (("compounds", compounds), ("structures", structures)):
            files = str(table / "*.parquet")
            database.read_parquet(files).create_view(name)
        for fault, query in _FAULTS.items():
            found = database.execute(query).fetchone()
            if found is None or found[0]:
                raise RuntimeError(f"the books do not add up: {fault} ({found and found[0]:,})")


_KEY = "library, source_file, record_number"
_FAULTS = {
    "records that are neither compound nor reject": (
        f"SELECT count(*) FROM (SELECT {_KEY} FROM was_read EXCEPT SELECT {_KEY} FROM closed)"
    ),
    "compounds or rejects that were never read": (
        f"SELECT count(*) FROM (SELECT {_KEY} FROM closed EXCEPT SELECT {_KEY} FROM was_read)"
    ),
    "records that stand twice": (
        f"SELECT count(*) FROM (SELECT {_KEY} FROM closed GROUP BY ALL HAVING count(*) > 1)"
    ),
    "compound ids that stand twice": (
        "SELECT count(*) FROM (SELECT compound_id FROM compounds GROUP BY ALL HAVING count(*) > 1)"
    ),
    "structures whose number of compounds is wrong": (
        "SELECT count(*) FROM (SELECT structure_id, count(*) AS n FROM compounds GROUP BY ALL) AS c"
        " FULL JOIN structures AS s USING (structure_id)"
        " WHERE c.n IS DISTINCT FROM s.n_compounds"
    ),
}


def _define(database: duckdb.DuckDBPyConnection, view: str, tables: list[Path]) -> None:
    """A view of the record keys of some tables."""
    files = [str(table / "*.parquet") for table in tables]
    database.read_parquet(files).project(_KEY).create_view(view)
