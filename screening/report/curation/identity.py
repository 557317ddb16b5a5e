"""Which records are the same molecule, and which share a scaffold."""

from __future__ import annotations

from dataclasses import dataclass

from screening.report.curation.pictures import DRAWN_CHARS, Picture, picture
from screening.report.curation.tables import TEXT_CHARS, Tables

GROUPS = 8
SCAFFOLDS = 12
_NAMES = 40


@dataclass(frozen=True)
class Group:
    """Compounds merged into one structure.

    Parameters
    ----------
    picture : the structure.
    n : its compounds.
    names, files : some of their names and source files, in alphabetical order.
    """

    picture: Picture
    n: int
    names: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class Identity:
    """Merged compounds and shared scaffolds.

    Parameters
    ----------
    n_shared : structures with several compounds.
    n_in_groups : their compounds.
    groups : the largest of them.
    n_scaffolds : different Murcko scaffolds.
    n_acyclic : structures without a ring.
    scaffolds : (scaffold, structures with it), the most frequent first.
    """

    n_shared: int
    n_in_groups: int
    groups: tuple[Group, ...]
    n_scaffolds: int
    n_acyclic: int
    scaffolds: tuple[tuple[Picture, int], ...]


def read_identity(tables: Tables) -> Identity:
    """Count what was merged and what shares a scaffold; draw the largest groups."""
    n_shared, n_in_groups = tables.one(
        "SELECT count(*), coalesce(sum(n_compounds), 0) FROM structures WHERE n_compounds > 1"
    )
    n_scaffolds, n_acyclic = tables.one(
        "SELECT count(DISTINCT nullif(scaffold, '')), count_if(scaffold = '') FROM families"
    )
    frequent = tables.rows(
        "SELECT scaffold, count(*) AS n FROM families WHERE scaffold <> '' "
        "GROUP BY scaffold ORDER BY n DESC, length(scaffold), scaffold LIMIT ?",
        [SCAFFOLDS],
    )
    scaffolds = tuple((picture(smiles, f"scaffold of {n}"), n) for smiles, n in frequent)
    return Identity(n_shared, int(n_in_groups), _groups(tables), n_scaffolds, n_acyclic, scaffolds)


def _groups(tables: Tables) -> tuple[Group, ...]:
    """The structures with most compounds."""
    rows = tables.rows(
        "WITH largest AS (SELECT structure_id, smiles, n_compounds FROM structures "
        "WHERE n_compounds > 1 ORDER BY n_compounds DESC, "
        f"length(smiles) > {DRAWN_CHARS}, length(smiles), structure_id LIMIT $1) "
        "SELECT any_value(smiles), any_value(n_compounds) AS n, "
        "list_sort(list(DISTINCT left(coalesce(nullif(name, ''), compound_id), $3)))[:$2], "
        "list_sort(list(DISTINCT left(source_file, $3)))[:$2] "
        "FROM compounds JOIN largest USING (structure_id) "
        "GROUP BY structure_id ORDER BY n DESC, length(any_value(smiles)), structure_id",
        [GROUPS, _NAMES, TEXT_CHARS],
    )
    return tuple(
        Group(picture(smiles, names[0]), n, tuple(names), tuple(files))
        for smiles, n, names, files in rows
    )
