"""What is known of each structure: its compounds, their evidence, its family, its tier."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from screening.core.assays_table import merged_assays, read_assays
from screening.core.database import sql_name, sql_table
from screening.core.decisions_table import read_decisions
from screening.core.replicates import in_words
from screening.rank.tables import ScreenTables

# Columns of COMPOUNDS that the ranking gathers, and the ranking's names for them.
_TEXTS = {
    "compound_id": "compound_ids",
    "name": "names",
    "known_for": "known_for",
    "status": "statuses",
    "source_file": "sources",
    "licence": "licences",
}
_LISTS = {
    "synonyms": "synonyms",
    "organisms": "organisms",
    "references": "references",
    "dois": "dois",
}
# Columns of the gathered table that the ranking shows, besides the name.
GATHERED = (
    *_TEXTS.values(),
    *_LISTS.values(),
    "phyla",
    "marine",
    "aphia_ids",
    "quarantine",
    "conflicts",
    "scaffold",
    "n_stereo_family",
    "tier",
    "known_as",
    "nearest_drug",
    "nearest_drug_similarity",
    "nearest_active",
    "nearest_active_similarity",
    "drugs_of_scaffold",
    "decision",
    "decision_note",
    "assayed",
)
# Of these, what may be null: nothing is near where there is nothing to compare.
_NEAREST = (
    "nearest_drug",
    "nearest_drug_similarity",
    "nearest_active",
    "nearest_active_similarity",
)
_DECISIONS = pa.schema(
    [(name, pa.string()) for name in ("structure_id", "decision", "decision_note")]
)
_ASSAYED = pa.schema([("structure_id", pa.string()), ("assayed", pa.list_(pa.string()))])


def write_gathered(
    connection: duckdb.DuckDBPyConnection, tables: ScreenTables, scratch: Path
) -> Path:
    """Write one row for each structure with `GATHERED`, `first_name` and `first_compound`.

    No value is null but of what is nearest and of decisions that nobody has made. Lists are sorted
    and without repeats or empty texts. Compounds of one structure that live in different places
    make it `marine and other`; those of unknown place have no say. Each table is grouped into a
    file of its own, so that only one of them claims memory at a time.

    Parameters
    ----------
    connection : from `core.database.open_database`.
    tables : of the screen.
    scratch : folder for the files.
    """
    of_compounds, of_evidence = scratch / "of_compounds.parquet", scratch / "of_evidence.parquet"
    connection.sql(_of_compounds(tables.compounds)).write_parquet(str(of_compounds))
    connection.sql(_of_evidence(tables.evidence)).write_parquet(str(of_evidence))
    lists = ", ".join(
        f"coalesce(c.{sql_name(name)}, []) AS {sql_name(name)}"
        for name in (*_TEXTS.values(), *_LISTS.values())
    )
    gathered = scratch / "gathered.parquet"
    connection.sql(
        "SELECT s.structure_id, "
        "coalesce(c.first_name, c.compound_ids[1], s.structure_id) AS first_name, "
        "coalesce(c.compound_ids[1], s.structure_id) AS first_compound, "
        f"{lists}, coalesce(e.phyla, []) AS phyla, coalesce(e.marine, 'unknown') AS marine, "
        "coalesce(e.aphia_ids, []) AS aphia_ids, coalesce(f.quarantine, []) AS quarantine, "
        f"{_union('f.conflicts', 'c.record_conflicts')} AS conflicts, "
        "coalesce(f.scaffold, '') AS scaffold, "
        "coalesce(len(f.stereo_family), 0) AS n_stereo_family, "
        "coalesce(k.tier, 'novel') AS tier, coalesce(k.known_as, []) AS known_as, "
        f"{', '.join(f'k.{name}' for name in _NEAREST)}, "
        "coalesce(k.drugs_of_scaffold, []) AS drugs_of_scaffold, d.decision, d.decision_note, "
        "coalesce(a.assayed, []) AS assayed "
        f"FROM {sql_table(tables.structures)} s "
        f"LEFT JOIN {sql_table(of_compounds)} c USING (structure_id) "
        f"LEFT JOIN {sql_table(of_evidence)} e USING (structure_id) "
        f"LEFT JOIN {sql_table(tables.families)} f USING (structure_id) "
        f"LEFT JOIN {sql_table(tables.known)} k USING (structure_id) "
        f"LEFT JOIN {sql_table(_decisions(tables.decisions, scratch))} d USING (structure_id) "
        f"LEFT JOIN {sql_table(_assayed(tables.assays, scratch))} a USING (structure_id)"
    ).write_parquet(str(gathered))
    return gathered


def _decisions(decisions: Path | None, scratch: Path) -> Path:
    """The decisions on structures as a file; people made them, so that they are few."""
    found = read_decisions(decisions) if decisions else {}
    rows = [
        {"structure_id": key, "decision": one.decision, "decision_note": one.note or None}
        for key, one in found.items()
    ]
    file = scratch / "decisions.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=_DECISIONS), file)
    return file


def _assayed(assays: Path | None, scratch: Path) -> Path:
    """What was measured of each structure, in words, as a file; the bench made them, few again."""
    words: dict[str, list[str]] = {}
    for structure, endpoint, merged in merged_assays(read_assays(assays) if assays else ()):
        words.setdefault(structure, []).append(in_words(endpoint, merged))
    rows = [{"structure_id": key, "assayed": its} for key, its in words.items()]
    file = scratch / "assayed.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=_ASSAYED), file)
    return file


def _of_compounds(compounds: Path) -> str:
    texts = [
        f"{_distinct(f'list({sql_name(column)})')} AS {sql_name(plural)}"
        for column, plural in _TEXTS.items()
    ]
    texts += [
        f"{_distinct(f'flatten(list({sql_name(column)}))')} AS {sql_name(plural)}"
        for column, plural in _LISTS.items()
    ]
    return (
        f"SELECT structure_id, {', '.join(texts)}, "
        f"{_distinct('flatten(list(conflicts))')} AS record_conflicts, "
        "first(name ORDER BY library, source_file, record_number) FILTER (name <> '') "
        f"AS first_name FROM {sql_table(compounds)} GROUP BY structure_id"
    )


def _of_evidence(evidence: Path) -> str:
    known = "count(DISTINCT marine) FILTER (marine <> 'unknown')"
    return (
        f"SELECT structure_id, {_distinct('list(phylum)')} AS phyla, "
        "coalesce(list_sort(list_distinct(flatten(list(aphia_ids)))), []) AS aphia_ids, "
        f"CASE {known} WHEN 0 THEN 'unknown' "
        "WHEN 1 THEN min(marine) FILTER (marine <> 'unknown') "
        "ELSE 'marine and other' END AS marine "
        f"FROM {sql_table(evidence)} GROUP BY structure_id"
    )


def _distinct(texts: str) -> str:
    """The SQL of a list's texts, sorted, without repeats and empty ones."""
    filled = f"list_filter({texts}, lambda one: one <> '')"
    return f"coalesce(list_sort(list_distinct({filled})), [])"


def _union(*lists: str) -> str:
    joined = ", ".join(f"coalesce({one}, [])" for one in lists)
    return f"list_sort(list_distinct(list_concat({joined})))"
