"""Sentences of the tables counted by kind: what stands before their first colon."""

from __future__ import annotations

from dataclasses import dataclass

from screening.report.curation.tables import TEXT_CHARS, Tables

KINDS = 12
"""Kinds shown."""
_KIND_CHARS = 80


@dataclass(frozen=True)
class Kind:
    """Rows of one kind.

    Parameters
    ----------
    name : as in the table.
    n : rows that hold it, each counted once.
    """

    name: str
    n: int

    @property
    def label(self) -> str:
        """The name in words, such as `fragments removed`."""
        return self.name.replace("_", " ")


def kind_of(column: str) -> str:
    """SQL for the distinct kinds in a column of sentences."""
    kind = f"trim(left(split_part(x, ':', 1), {_KIND_CHARS}))"
    return f"list_distinct(list_transform({column}, lambda x: {kind}))"


def count_kinds(tables: Tables, table: str, column: str) -> list[Kind]:
    """Kinds of the sentences in a list column, the most frequent first.

    Parameters
    ----------
    table, column : names from `screening.core.tables`, never from a user.
    """
    rows = tables.rows(
        f"SELECT kind, count(*) AS n FROM (SELECT unnest({kind_of(column)}) AS kind FROM {table}) "
        "GROUP BY kind ORDER BY n DESC, kind LIMIT ?",
        [KINDS],
    )
    return [Kind(name, n) for name, n in rows]


def count_values(
    tables: Tables, source: str, value: str, limit: int
) -> tuple[list[tuple[str, int]], int]:
    """The most frequent values of an SQL expression, and how many different ones there are.

    Parameters
    ----------
    source, value : SQL from this package, never from a user.
    limit : values given.
    """
    query = f"SELECT left({value}, {TEXT_CHARS}) AS v, count(*) AS n FROM {source} GROUP BY v"
    [n_values] = tables.one(f"SELECT count(*) FROM ({query}) WHERE v <> ''")
    rows = tables.rows(
        f"SELECT v, n FROM ({query}) WHERE v <> '' ORDER BY n DESC, v LIMIT ?", [limit]
    )
    return [(str(v), int(n)) for v, n in rows], int(n_values)
