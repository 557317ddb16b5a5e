"""The chemical-space map: library, training structures and picks in one picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray
from rdkit import Chem, rdBase
from scipy.sparse import csr_array, vstack

from screening.chem.fingerprints import MORGAN_BITS, morgan_counts
from screening.core.database import sql_table
from screening.estimators.chemical_map import map_structures
from screening.estimators.domain import DOMAIN_NAME, sample_counts

# Points of each kind: enough to see where a set lies, few enough for some seconds of work.
TRAINING, LIBRARY = 720, 480
WIDTH, HEIGHT = 760, 520
_EDGE = 14


@dataclass(frozen=True)
class Shown:
    """A structure that is shown by name."""

    structure_id: str
    smiles: str
    name: str
    rank: int
    picked: bool


@dataclass(frozen=True)
class Spot:
    """A named structure in the picture, in its units."""

    shown: Shown
    x: int
    y: int


@dataclass(frozen=True)
class SpaceMap:
    """The picture.

    Parameters
    ----------
    training, library : SVG path data, a dot for each structure of the samples.
    spots : named structures, the picked ones last so that they lie on top.
    n_training, n_library : dots of each.
    components, variance, first_two, trustworthiness : see `estimators.chemical_map.ChemicalMap`.
    """

    training: str
    library: str
    spots: tuple[Spot, ...]
    n_training: int
    n_library: int
    components: int
    variance: float
    first_two: float
    trustworthiness: float


def map_space(structures: Path, shown: Sequence[Shown], bundles: Iterable[Path]) -> SpaceMap | None:
    """Lay out samples of the library and of the bundles' training structures.

    Parameters
    ----------
    structures : table STRUCTURES of the library; a sample of it is read, whatever its size.
    shown : structures to show by name. bundles : folders of model bundles.

    Returns
    -------
    None where there is too little to show.

    Raises
    ------
    InputError : the table is missing. BundleError : a bundle's domain is damaged.
    """
    training = _training([folder / DOMAIN_NAME for folder in bundles])
    others = _sample(structures, {one.structure_id for one in shown})
    library, _ = _counts(others)
    named, known = _counts([one.smiles for one in shown])
    found = map_structures(vstack([training, library, named]).tocsr())
    if found is None:
        return None
    places = _places(found.points)
    first, second = training.shape[0], training.shape[0] + library.shape[0]
    spots = [Spot(shown[place], *xy) for place, xy in zip(known, places[second:], strict=True)]
    return SpaceMap(
        _dots(places[:first]),
        _dots(places[first:second]),
        tuple(sorted(spots, key=lambda spot: (spot.shown.picked, -spot.shown.rank))),
        first,
        library.shape[0],
        found.components,
        found.variance,
        found.first_two,
        found.trustworthiness,
    )


def _training(domains: Sequence[Path]) -> csr_array:
    """Counts of a sample of all bundles, each giving as much as the others."""
    present = [path for path in domains if path.is_file()]
    if not present:
        return csr_array(np.zeros((0, MORGAN_BITS), dtype=np.uint8))
    return vstack([sample_counts(path, TRAINING // len(present)) for path in present]).tocsr()


def _sample(structures: Path, without: set[str]) -> list[str]:
    """SMILES of a sample of the library, the same each time."""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        rows = connection.execute(
            f"SELECT smiles FROM {sql_table(structures)} WHERE NOT list_contains(?, structure_id) "
            "ORDER BY md5(structure_id), structure_id LIMIT ?",
            [sorted(without), LIBRARY],
        ).fetchall()
    return [smiles for (smiles,) in rows]


def _counts(smiles: Sequence[str]) -> tuple[csr_array, list[int]]:
    """Counts (n, 2048) of the SMILES that RDKit reads, and their places."""
    counts: list[NDArray[np.uint8]] = []
    places = []
    for place, text in enumerate(smiles):
        with rdBase.BlockLogs():
            molecule = Chem.MolFromSmiles(text)
        if molecule is None:
            continue
        row = np.zeros(MORGAN_BITS, dtype=np.uint8)
        found = morgan_counts(molecule)
        row[found.bits] = found.counts
        counts.append(row)
        places.append(place)
    dense = np.stack(counts) if counts else np.zeros((0, MORGAN_BITS), dtype=np.uint8)
    return csr_array(dense), places


def _places(points: NDArray[np.float64]) -> list[tuple[int, int]]:
    size = np.array([WIDTH - 2 * _EDGE, HEIGHT - 2 * _EDGE])
    return [(int(x), int(y)) for x, y in np.rint(points * size + _EDGE).astype(int)]


def _dots(places: Sequence[tuple[int, int]]) -> str:
    """Path data of dots: strokes of no length, which round caps make visible."""
    return "".join(f"M{x} {y}h0" for x, y in places)
