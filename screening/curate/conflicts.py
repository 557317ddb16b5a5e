"""Facts that compounds of a library state against each other: shown, not resolved."""

from __future__ import annotations

from pathlib import Path

import duckdb

from screening.core.database import sql_name, sql_table

# Structures or values named in a sentence.
_N_TOLD = 3
# Facts that compounds of one structure should agree in, and what they are called.
_FACTS = {"phylum": "phyla", "status": "statuses", "licence": "licences"}
# Texts that stand in name columns and name nothing.
_NO_NAMES = ("unknown", "unnamed", "none", "n/a", "na", "nan", "null", "not named", "new compound")


def write_conflicts(
    connection: duckdb.DuckDBPyConnection,
    compounds: Path,
    structures: Path,
    output: Path,
    scratch: Path,
) -> None:
    """Write `structure_id, conflicts` (list of sentences) for the structures that have any.

    A name on several skeletons (first blocks of the InChIKey) is told to each of their
    structures; names are compared without case and space around them. A structure whose compounds
    state different phyla, statuses or licences is told so. All grouping is plain (smallest and
    largest value), which DuckDB can spill; lists are made of the few that disagree.

    Parameters
    ----------
    connection : from `core.database.open_database`.
    compounds, structures : the tables of those names.
    output : Parquet file to write.
    scratch : folder for the files between.
    """
    parts = [_write_shared_names(connection, compounds, structures, scratch)]
    parts += [
        _write_disagreement(connection, compounds, column, noun, scratch)
        for column, noun in _FACTS.items()
    ]
    sentences = " UNION ALL ".join(f"SELECT * FROM {sql_table(part)}" for part in parts)
    connection.sql(
        "SELECT structure_id, list(sentence ORDER BY sentence) AS conflicts "
        f"FROM ({sentences}) GROUP BY structure_id"
    ).write_parquet(str(output))


def _write_shared_names(
    connection: duckdb.DuckDBPyConnection, compounds: Path, structures: Path, scratch: Path
) -> Path:
    """Names that stand on more than one skeleton.

    Of each only the smallest keys are gathered: it may stand on every structure of a library.
    """
    named, shared = scratch / "named.parquet", scratch / "shared_names.parquet"
    nothing = ", ".join(f"'{text}'" for text in _NO_NAMES)
    connection.sql(
        "SELECT lower(trim(c.name)) AS folded, min(trim(c.name)) AS name, s.flat_key, "
        f"s.structure_id FROM {sql_table(compounds)} c JOIN {sql_table(structures)} s "
        "USING (structure_id) WHERE regexp_matches(c.name, '\\pL') "
        f"AND lower(trim(c.name)) NOT IN ({nothing}) "
        "GROUP BY folded, s.flat_key, s.structure_id"
    ).write_parquet(str(named))
    connection.sql(
        f"SELECT * FROM {sql_table(named)} SEMI JOIN (SELECT folded FROM {sql_table(named)} "
        "GROUP BY folded HAVING min(flat_key) <> max(flat_key)) USING (folded)"
    ).write_parquet(str(shared))
    output = scratch / "name_conflicts.parquet"
    others = f"list_filter(g.ids, lambda one: one <> n.structure_id)[1:{_N_TOLD}]"
    connection.sql(
        "SELECT n.structure_id, 'the name \"' || n.name || '\" is also on ' || "
        f"array_to_string({others}, ', ') || {_more('g.n - 1')} AS sentence "
        f"FROM {sql_table(shared)} n JOIN (SELECT folded, count(*) AS n, "
        f"min(structure_id, {_N_TOLD + 1}) AS ids FROM {sql_table(shared)} GROUP BY folded) g "
        "USING (folded)"
    ).write_parquet(str(output))
    return output


def _write_disagreement(
    connection: duckdb.DuckDBPyConnection, compounds: Path, column: str, noun: str, scratch: Path
) -> Path:
    """Structures whose compounds state different values in a column."""
    stated, output = scratch / f"{column}.parquet", scratch / f"{column}_conflicts.parquet"
    fact = f"trim({sql_name(column)})"
    connection.sql(
        f"SELECT structure_id, lower({fact}) AS folded, min({fact}) AS fact "
        f"FROM {sql_table(compounds)} WHERE {fact} <> '' GROUP BY structure_id, folded"
    ).write_parquet(str(stated))
    connection.sql(
        f"SELECT structure_id, 'its compounds state different {noun}: ' || "
        f"array_to_string(min(fact, {_N_TOLD}), '; ') || {_more('count(*)')} AS sentence "
        f"FROM {sql_table(stated)} SEMI JOIN (SELECT structure_id FROM {sql_table(stated)} "
        "GROUP BY structure_id HAVING min(folded) <> max(folded)) USING (structure_id) "
        "GROUP BY structure_id"
    ).write_parquet(str(output))
    return output


def _more(n: str) -> str:
    """The SQL of the words for those beyond the ones told."""
    return f"CASE WHEN {n} > {_N_TOLD} THEN ' and ' || ({n} - {_N_TOLD}) || ' more' ELSE '' END"
