"""Compare every value with RDKit's own functions on a sample of CMNPD.

    python tests/benchmarks/describe_values.py --mirror FOLDER [--sample 2000]

FOLDER holds marine/cmnpd.csv. Says for each descriptor that differs by more than 1e-6 of its size,
or that is null or NaN on one side only, how often and where most; and exits with 1.
"""

# ruff: noqa: E402, I001  # the number of threads is set before NumPy reads it
from __future__ import annotations

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import math
import sys
from collections import defaultdict
from pathlib import Path

from rdkit import Chem, rdBase
from rdkit.Chem import Descriptors

from describe_speed import sample_smiles
from screening.chem.descriptors import descriptor_set
from screening.chem.molecule_facts import MoleculeFacts

RELATIVE = 1e-6


def difference(one: float | None, other: float | None) -> float:
    """Relative difference; infinite where only one is null or NaN."""
    missing = (one is None, other is None)
    if any(missing):
        return 0.0 if all(missing) else math.inf
    assert one is not None and other is not None
    if math.isnan(one) or math.isnan(other):
        return 0.0 if math.isnan(one) and math.isnan(other) else math.inf
    return 0.0 if one == other else abs(one - other) / max(abs(one), abs(other))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=2000)
    options = parser.parse_args()
    rdBase.DisableLog("rdApp.*")
    smiles = sample_smiles(options.mirror, options.sample)
    compute = descriptor_set("rdkit2d").compute
    differing: dict[str, list[tuple[float, str]]] = defaultdict(list)
    largest = 0.0
    for text in smiles:
        expected = Descriptors.CalcMolDescriptors(Chem.MolFromSmiles(text))
        found = compute(MoleculeFacts(Chem.MolFromSmiles(text)))
        for (name, value), own in zip(expected.items(), found, strict=True):
            by = difference(value, own)
            largest = max(largest, by)
            if by > RELATIVE:
                differing[name].append((by, text))
    for name, found_in in differing.items():
        print(
            f"{name}: {len(found_in)} differ, most by {max(found_in)[0]:.2g} in {max(found_in)[1]}"
        )
    print(
        f"{len(smiles):,} compounds, {len(expected)} values each: {len(differing)} descriptors "
        f"differ by more than {RELATIVE:g}; largest relative difference {largest:.2g}"
    )
    sys.exit(bool(differing))


if __name__ == "__main__":
    main()
