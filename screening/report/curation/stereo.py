"""How much stereochemistry the library states, and which structures differ by it alone."""

from __future__ import annotations

from dataclasses import dataclass

from screening.report.curation.names import name_structures
from screening.report.curation.pictures import DRAWN_CHARS, Picture, picture
from screening.report.curation.tables import Tables

STATES = {
    "defined": "all stereo elements are stated",
    "partial": "some are stated",
    "undefined": "there are some, none is stated",
    "none": "there is none to state",
}
MEMBERS = 4
"""Members of a family drawn."""


@dataclass(frozen=True)
class Stereo:
    """Stereochemistry of the library.

    Parameters
    ----------
    states : (state, what it means, structures), in the order of `STATES`.
    n_families : sets of structures that differ by stereochemistry alone.
    n_in_families : structures in them.
    largest : members of the largest family.
    n_example : members of the family that is drawn.
    example : some of its members, each with its state.
    """

    states: tuple[tuple[str, str, int], ...]
    n_families: int
    n_in_families: int
    largest: int
    n_example: int
    example: tuple[tuple[Picture, str], ...]


def read_stereo(tables: Tables) -> Stereo:
    """Count states and families, and draw members of a large family."""
    counts = dict(tables.rows("SELECT stereo, count(*) FROM structures GROUP BY stereo"))
    n_families, n_in_families, largest = tables.one(
        "SELECT count(DISTINCT flat_key), count(*), coalesce(max(len(stereo_family)) + 1, 0) "
        "FROM families WHERE len(stereo_family) > 0"
    )
    n_example, example = _example(tables)
    return Stereo(
        tuple((state, meaning, counts.get(state, 0)) for state, meaning in STATES.items()),
        n_families,
        n_in_families,
        largest,
        n_example,
        example,
    )


def _example(tables: Tables) -> tuple[int, tuple[tuple[Picture, str], ...]]:
    """Members of the largest family that can be drawn."""
    families = tables.rows(
        "SELECT flat_key, max(len(stereo_family)) + 1 AS n FROM families "
        "JOIN structures USING (structure_id, flat_key) WHERE len(stereo_family) > 0 "
        "GROUP BY flat_key "
        f"ORDER BY max(length(smiles)) > {DRAWN_CHARS}, n DESC, min(length(smiles)), flat_key "
        "LIMIT 1"
    )
    if not families:
        return 0, ()
    [(flat_key, n)] = families
    members = tables.rows(
        "SELECT structure_id, smiles, stereo FROM structures WHERE flat_key = ? "
        "ORDER BY structure_id LIMIT ?",
        [flat_key, MEMBERS],
    )
    names = name_structures(tables, [key for key, _, _ in members])
    return n, tuple((picture(smiles, names.get(key, key)), state) for key, smiles, state in members)
