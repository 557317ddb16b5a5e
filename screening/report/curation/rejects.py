"""Rejects by reason code, with a few of the records themselves."""

from __future__ import annotations

from dataclasses import dataclass

from screening.report.curation.tables import TEXT_CHARS, Tables

CODES = 40
"""Reason codes shown; there are fewer of them."""
EXAMPLES = 3
# Among so many, examples with different details are looked for.
_LOOKED_AT = 60


@dataclass(frozen=True)
class RejectExample:
    """A rejected record: its structure as read where it has one, else its whole text."""

    source_file: str
    record_number: int
    name: str
    read: str
    detail: str


@dataclass(frozen=True)
class RejectReason:
    """All rejects of one reason.

    Parameters
    ----------
    code : stable reason code.
    n : how many.
    share : of all rejects, 0 to 1.
    stages : the stages that rejected them.
    fix : what to do about it.
    examples : up to `EXAMPLES` of them, with different details where there are.
    """

    code: str
    n: int
    share: float
    stages: tuple[str, ...]
    fix: str
    examples: tuple[RejectExample, ...]


def read_reasons(tables: Tables) -> list[RejectReason]:
    """The reasons of the rejects, the most frequent first."""
    rows = tables.rows(
        "SELECT code, count(*) AS n, n / sum(n) OVER (), list_sort(list(DISTINCT stage)), min(fix) "
        "FROM rejects GROUP BY code ORDER BY n DESC, code LIMIT ?",
        [CODES],
    )
    return [
        RejectReason(code, n, share, tuple(stages), fix, _examples(tables, code))
        for code, n, share, stages, fix in rows
    ]


def _examples(tables: Tables, code: str) -> tuple[RejectExample, ...]:
    rows = tables.rows(
        "SELECT left(source_file, $2), record_number, "
        "left(coalesce(nullif(name, ''), compound_id, ''), $2), "
        "left(coalesce(nullif(structure, ''), raw), $2), left(detail, $2) "
        "FROM rejects WHERE code = $1 ORDER BY source_file, record_number LIMIT $3",
        [code, TEXT_CHARS, _LOOKED_AT],
    )
    found = [RejectExample(*row) for row in rows]
    first_of = {example.detail: example for example in reversed(found)}
    different = [example for example in found if first_of[example.detail] is example]
    others = [example for example in found if example not in different]
    chosen = [*different, *others][:EXAMPLES]
    return tuple(sorted(chosen, key=lambda example: (example.source_file, example.record_number)))
