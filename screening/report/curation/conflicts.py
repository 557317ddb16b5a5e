"""Facts that contradict each other, within a record and between records."""

from __future__ import annotations

from dataclasses import dataclass

from screening.report.curation.names import name_structures
from screening.report.curation.tables import TEXT_CHARS, Tables

EXAMPLES = 3
KINDS = 10
# What differs from one sentence to the next: quoted words, keys, formulas and numbers.
_PARTICULAR = r"""“[^”]*”|"[^"]*"|'[^']*'|[^\s,;:]*(?:[A-Z]{3}|[0-9])[^\s,;:]*"""
_GENERAL = f"regexp_replace(left(x, 300), $${_PARTICULAR}$$, '…', 'g')"
_JOINED = f"regexp_replace({_GENERAL}, '…(,? ?(and )?…)+( more)?', '…', 'g')"
# A kind of conflict is its sentence without them, up to the first colon.
_KIND = f"left(trim(regexp_extract({_JOINED}, '^[^:;]*')), 120)"


@dataclass(frozen=True)
class ConflictExample:
    """A contradiction in words, and where it stands."""

    where: str
    name: str
    sentence: str


@dataclass(frozen=True)
class ConflictKind:
    """Contradictions of one kind.

    Parameters
    ----------
    label : the sentence without its particulars.
    n : sentences.
    examples : some of them.
    """

    label: str
    n: int
    examples: tuple[ConflictExample, ...]


@dataclass(frozen=True)
class Conflicts:
    """Contradictions within records and between them.

    Parameters
    ----------
    n_compounds : compounds whose own record contradicts itself.
    within : by kind.
    n_structures : structures whose compounds contradict each other or other structures.
    between : by kind.
    """

    n_compounds: int
    within: tuple[ConflictKind, ...]
    n_structures: int
    between: tuple[ConflictKind, ...]


def read_conflicts(tables: Tables) -> Conflicts:
    """Count contradictions by kind, with the first of each in words."""
    [n_compounds] = tables.one("SELECT count(*) FROM compounds WHERE len(conflicts) > 0")
    [n_structures] = tables.one("SELECT count(*) FROM families WHERE len(conflicts) > 0")
    within = [
        ConflictKind(_closed(label), n, tuple(_in_records(tables, label)))
        for label, n in _kinds(tables, "compounds")
    ]
    between = [
        ConflictKind(_closed(label), n, tuple(_in_structures(tables, label)))
        for label, n in _kinds(tables, "families")
    ]
    return Conflicts(n_compounds, tuple(within), n_structures, tuple(between))


def _closed(label: str) -> str:
    """The label with the bracket closed that its colon cut open."""
    return label + ")" * (label.count("(") > label.count(")"))


def _kinds(tables: Tables, table: str) -> list[tuple[str, int]]:
    rows = tables.rows(
        f"SELECT {_KIND} AS kind, count(*) AS n "
        f"FROM (SELECT unnest(conflicts) AS x FROM {table}) "
        "GROUP BY kind ORDER BY n DESC, kind LIMIT ?",
        [KINDS],
    )
    return [(str(kind), int(n)) for kind, n in rows]


def _in_records(tables: Tables, label: str) -> list[ConflictExample]:
    rows = tables.rows(
        "SELECT left(source_file, $2), record_number, "
        "left(coalesce(nullif(name, ''), compound_id), $2), left(x, $2) FROM "
        "(SELECT source_file, record_number, name, compound_id, unnest(conflicts) AS x "
        f"FROM compounds) WHERE {_KIND} = $1 ORDER BY source_file, record_number, x LIMIT $3",
        [label, TEXT_CHARS, EXAMPLES],
    )
    return [ConflictExample(f"{file}, record {n}", name, x) for file, n, name, x in rows]


def _in_structures(tables: Tables, label: str) -> list[ConflictExample]:
    rows = tables.rows(
        "SELECT structure_id, left(x, $2) FROM "
        "(SELECT structure_id, unnest(conflicts) AS x FROM families) "
        f"WHERE {_KIND} = $1 ORDER BY structure_id, x LIMIT $3",
        [label, TEXT_CHARS, EXAMPLES],
    )
    names = name_structures(tables, [key for key, _ in rows])
    return [ConflictExample(key, names.get(key, key), x) for key, x in rows]
