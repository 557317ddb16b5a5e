"""The active training structures that model bundles carry with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from screening.chem.fingerprints import SparseCounts
from screening.core.bundle import BundleManifest, read_bundle
from screening.core.errors import BundleError
from screening.core.predictor_manifest import is_predictor
from screening.estimators.domain import DOMAIN_NAME, label_column, stored_counts

# What the direction of an endpoint says where its label 1 is an activity that one looks for; that
# of a risk ("lower is safer") and of a table whose sense is not stated is none.
ACTIVITY = "higher is more active"


@dataclass(frozen=True, slots=True)
class TrainingActive:
    """A training structure with label 1 in at least one endpoint of activity.

    Parameters
    ----------
    flat_key : first block of its InChIKey; bundles hold neither stereochemistry nor SMILES.
    endpoints : in which it is active, in the order of the bundles.
    counts : its fingerprint.
    """

    flat_key: str
    endpoints: tuple[str, ...]
    counts: SparseCounts


def read_training_actives(folders: Sequence[Path]) -> list[TrainingActive]:
    """The actives of some bundles, each once, in the order of their keys.

    Labels that a licence kept out of a bundle are unknown here, and so are those of regressions.

    Parameters
    ----------
    folders : of the bundles; a third party's predictor brings no training structures.

    Raises
    ------
    BundleError : a bundle is missing, incomplete or altered.
    """
    actives: dict[str, TrainingActive] = {}
    for folder in folders:
        if is_predictor(folder):
            continue
        for one in _of_bundle(folder, read_bundle(folder)):
            earlier = actives.get(one.flat_key)
            endpoints = (*(earlier.endpoints if earlier else ()), *one.endpoints)
            actives[one.flat_key] = TrainingActive(one.flat_key, endpoints, one.counts)
    return [actives[key] for key in sorted(actives)]


def _of_bundle(folder: Path, manifest: BundleManifest) -> list[TrainingActive]:
    columns = {
        label_column(number): spec.id
        for number, spec in enumerate(manifest.endpoints)
        if spec.kind == "classification" and ACTIVITY in spec.direction
    }
    if not columns:
        return []
    path = folder / DOMAIN_NAME
    try:
        table = pq.read_table(path, columns=["flat_key", "bit_steps", "counts", *columns])
        active = np.stack([table[name].to_numpy() == 1 for name in columns], axis=1)
        rows = np.flatnonzero(active.any(axis=1))
        active, table = active[rows], table.take(rows)
        bits, counts, offset = stored_counts(table)
    except (pa.ArrowException, KeyError, OSError) as error:
        raise BundleError(f"{path}: not a domain table ({error})") from error
    names = np.array(list(columns.values()), dtype=object)
    return [
        TrainingActive(
            key,
            tuple(names[active[row]]),
            SparseCounts(
                bits[offset[row] : offset[row + 1]], counts[offset[row] : offset[row + 1]]
            ),
        )
        for row, key in enumerate(table["flat_key"].to_pylist())
    ]
