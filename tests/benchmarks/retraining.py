"""A model retrained three times on a table of its own: promoted, promoted again, refused.

    python tests/benchmarks/retraining.py --mirror MIRROR --output DIR

HDAC1 (CHEMBL325 of `chembl_multitarget`, pIC50) stands for the bench. The first version has half
of the compounds, and keeps half of these for the test, which is fixed from then on; the second
learns from all others; the third from all with half of the labels shuffled, as by a plate that was
read the wrong way round. What `make train` prints is printed here.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

TABLE, TARGET, NAME = "activity/chembl_multitarget.csv", "CHEMBL325", "hdac1"
FIRST_SHARE, TEST_SHARE = 0.5, 0.5
SEED = 0


def assay(mirror: Path) -> pd.DataFrame:
    """Structures and pIC50 of HDAC1."""
    table = pd.read_csv(mirror / TABLE, usecols=["smiles", TARGET]).dropna()
    return table.rename(columns={TARGET: "pic50"}).reset_index(drop=True)


def tables(whole: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """What the modeler has, by version."""
    rng = np.random.default_rng(SEED)
    drawn = rng.permutation(len(whole))
    damaged = whole.copy()
    mixed = drawn[: len(drawn) // 2]
    damaged.loc[mixed, "pic50"] = whole["pic50"].to_numpy()[rng.permutation(mixed)]
    first = whole.iloc[np.sort(drawn[: int(FIRST_SHARE * len(drawn))])]
    return {"half": first, "all": whole, "half of it shuffled": damaged}


def main() -> None:
    """Train the three versions, each by one call."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    whole = assay(arguments.mirror)
    path = arguments.output / f"{NAME}.csv"
    for name, table in tables(whole).items():
        table.to_csv(path, index=False)
        print(f"\n# {name}: {len(table)} rows", flush=True)
        command = [*(sys.executable, "-m", "screening.cli.main", "train", str(path))]
        command += ["--smiles-column", "smiles", "--targets", "pic50", "--kind", "regression"]
        command += ["--name", NAME, "--register", str(arguments.output), "--workers", "2"]
        command += ["--test-share", str(TEST_SHARE)]
        with (arguments.output / "training.log").open("a", encoding="utf-8") as log:
            found = subprocess.run(
                command, stdout=subprocess.PIPE, stderr=log, text=True, check=False
            )
        print(found.stdout, f"exit code {found.returncode}", sep="", flush=True)


if __name__ == "__main__":
    main()
