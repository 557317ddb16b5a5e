"""What standardisation changed, with examples drawn before and after."""

from __future__ import annotations

from dataclasses import dataclass

from screening.report.curation.kinds import Kind, count_kinds, count_values, kind_of
from screening.report.curation.pictures import DRAWN_CHARS, Picture, picture
from screening.report.curation.tables import TEXT_CHARS, Tables

EXAMPLES = 2
REMOVED = 24
"""Removed fragments named."""
# Among so many, examples are chosen.
_LOOKED_AT = 40
# Smaller structures show little.
_SMALL_CHARS = 14


@dataclass(frozen=True)
class ChangeExample:
    """A compound before and after.

    Parameters
    ----------
    compound_id, name : of the compound.
    source_file, record_number : where it stands.
    changes : kinds of what was done to it.
    removed : names of the fragments left out.
    before, after : its structure as read, and the parent.
    """

    compound_id: str
    name: str
    source_file: str
    record_number: int
    changes: tuple[str, ...]
    removed: tuple[str, ...]
    before: Picture
    after: Picture


@dataclass(frozen=True)
class Changes:
    """What standardisation changed.

    Parameters
    ----------
    n_changed : compounds that were changed, or of which something was noted.
    kinds : each kind of change with its examples.
    removed : (name of a fragment, compounds it was removed from), the most frequent first.
    n_removed : different fragments removed.
    """

    n_changed: int
    kinds: tuple[tuple[Kind, tuple[ChangeExample, ...]], ...]
    removed: tuple[tuple[str, int], ...]
    n_removed: int


_Row = tuple[str, str, str, int, list[str], list[str] | None, str, str, str, str]


def read_changes(tables: Tables) -> Changes:
    """Count the changes and draw a few of each kind."""
    [n_changed] = tables.one("SELECT count(*) FROM compounds WHERE len(changes) > 0")
    # A fragment removed twice from one compound counts once.
    names = "(SELECT unnest(list_distinct(removed_names)) AS fragment FROM compounds)"
    removed, n_removed = count_values(tables, names, "fragment", REMOVED)
    kinds = []
    shown: set[str] = set()
    for kind in count_kinds(tables, "compounds", "changes"):
        chosen = _choose(_examples(tables, kind.name), shown)
        shown.update(row[8] for row in chosen)
        kinds.append((kind, tuple(_drawn(row) for row in chosen)))
    return Changes(n_changed, tuple(kinds), tuple(removed), n_removed)


def _examples(tables: Tables, kind: str) -> list[_Row]:
    """Compounds with the kind of change: first those with no other, then the small."""
    rows = tables.rows(
        "WITH found AS ("
        "SELECT compound_id, name, source_file, record_number, changes, removed_names, "
        f"input_smiles, structure_id FROM compounds WHERE list_contains({kind_of('changes')}, $1) "
        f"ORDER BY length(input_smiles) > {DRAWN_CHARS}, len(changes), "
        f"length(input_smiles) < {_SMALL_CHARS}, length(input_smiles), "
        "source_file, record_number LIMIT $2) "
        "SELECT compound_id, left(coalesce(nullif(name, ''), compound_id), $3), "
        "left(source_file, $3), record_number, "
        f"{kind_of('changes')}, "
        "list_transform(removed_names[:6], lambda x: left(x, $3)), "
        "input_smiles, smiles, structure_id, scaffold "
        "FROM found JOIN structures USING (structure_id) JOIN families USING (structure_id) "
        f"ORDER BY length(input_smiles) > {DRAWN_CHARS}, len(changes), "
        f"length(input_smiles) < {_SMALL_CHARS}, length(input_smiles), "
        "found.source_file, found.record_number",
        [kind, _LOOKED_AT, TEXT_CHARS],
    )
    return list(rows)


def _choose(rows: list[_Row], shown: set[str]) -> list[_Row]:
    """Examples unlike each other: another structure each, another fragment or scaffold if any."""
    fresh = [row for row in rows if row[8] not in shown] or rows
    chosen = fresh[:1]
    for wanted in (5, 9, 8):  # fragments removed, scaffold, structure
        for row in fresh:
            if len(chosen) < EXAMPLES and all(
                row[wanted] != other[wanted] and row[8] != other[8] for other in chosen
            ):
                chosen.append(row)
    return chosen


def _drawn(row: _Row) -> ChangeExample:
    compound_id, name, file, number, changes, removed, before, after, _, _ = row
    return ChangeExample(
        compound_id=compound_id,
        name=name,
        source_file=file,
        record_number=number,
        changes=tuple(change.replace("_", " ") for change in sorted(changes)),
        removed=tuple(removed or ()),
        before=picture(before, f"{name}, as read"),
        after=picture(after, f"{name}, parent", like=before),
    )
