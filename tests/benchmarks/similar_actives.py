"""How often a structure is active by its likeness to an active: where the limits come from.

Every labelled training structure of `models/activity` is held against the actives of its endpoint,
itself left out. The second table holds marine leads against the drugs made after them.

    python tests/benchmarks/similar_actives.py
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from screening.chem.fingerprints import SparseCounts
from screening.core.approved_drugs import APPROVED_DRUGS
from screening.core.bundle import read_manifest
from screening.core.marine_reference import MARINE_REFERENCE
from screening.core.provenance import PROJECT
from screening.dereplicate.compounds import (
    approved_compounds,
    reference_compounds,
)
from screening.estimators.count_tanimoto import CountTanimoto
from screening.estimators.domain import label_column, stored_counts

BUNDLE = PROJECT / "models/activity"
EDGES = (0.0, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 1.01)
GROUPS = {"tumour panels": "nci60_", "S. aureus": "s_aureus", "HIV": "hiv"}
# Natural lead, and a drug or candidate that was made after it.
PAIRS = (
    ("didemnin B", "plitidepsin"),
    ("cryptophycin 1", "cryptophycin 52"),
    ("dolastatin 10", "soblidotin"),
    ("trabectedin", "lurbinectedin"),
    ("hemiasterlin", "taltobulin"),
    ("dolastatin 10", "monomethyl auristatin F"),
    ("dolastatin 10", "monomethyl auristatin E"),
    ("dolastatin 15", "cemadotin"),
    ("spongouridine", "cytarabine"),
    ("dolastatin 15", "tasidotin"),
    ("halichondrin B", "eribulin"),
    ("halimide", "plinabulin"),
    ("spongouridine", "vidarabine"),
    ("anabaseine", "GTS-21"),
)


def nearest_active(
    counts: Sequence[SparseCounts], labels: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Similarity of each labelled structure to the likest other active; whether it is active."""
    rows, actives = np.flatnonzero(~np.isnan(labels)), np.flatnonzero(labels == 1)
    place = {row: number for number, row in enumerate(actives)}
    index = CountTanimoto([counts[row] for row in actives])
    likest = np.zeros(len(rows))
    for number, row in enumerate(rows):
        similarity = index.similarities(counts[row])
        if row in place:
            similarity[place[row]] = 0.0
        likest[number] = similarity.max()
    return likest, labels[rows] == 1


def hit_rates(folder: Path) -> None:
    """Print the share of actives by similarity to the likest active."""
    manifest = read_manifest(folder)
    table = pq.read_table(folder / "domain.parquet").combine_chunks()
    bits, values, offset = stored_counts(table)
    counts = [SparseCounts(bits[start:end], values[start:end]) for start, end in pairwise(offset)]
    print("| similarity | " + " | ".join(GROUPS) + " |")
    columns = []
    for prefix in GROUPS.values():
        found = [
            nearest_active(counts, table[label_column(number)].to_numpy().astype(np.float64))
            for number, spec in enumerate(manifest.endpoints)
            if spec.id.startswith(prefix)
        ]
        likest, active = (np.concatenate(parts) for parts in zip(*found, strict=True))
        bins = np.digitize(likest, EDGES) - 1
        base = active.mean()
        cells = [f"{base:.1%}"]
        for number in range(len(EDGES) - 1):
            inside = active[bins == number]
            cells.append(f"{inside.mean():.1%} (×{inside.mean() / base:.1f}, n {len(inside):,})")
        columns.append(cells)
    names = ["all", *(f"{a:.2f} to {b:.2f}" for a, b in pairwise(EDGES))]
    for name, *cells in zip(names, *columns, strict=True):
        print(f"| {name} | " + " | ".join(cells) + " |")


def pairs() -> None:
    """Print the similarity of leads and drugs."""
    compounds = [*approved_compounds(APPROVED_DRUGS), *reference_compounds(MARINE_REFERENCE)]
    counts = {one.name: one.counts for one in compounds}
    for lead, drug in PAIRS:
        similarity = CountTanimoto([counts[lead]]).similarities(counts[drug])[0]
        print(f"{similarity:.2f}  {lead} / {drug}")


if __name__ == "__main__":
    hit_rates(BUNDLE)
    pairs()
