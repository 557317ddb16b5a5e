"""A screen of the bundled library with ADMET-AI beside the shipped models.

    python tests/benchmarks/third_party_predictor.py --output FOLDER [--environment FOLDER]

Sets docs/examples/admet_ai_predictor up in --environment at the first run (minutes, 3 GB), screens
the bundled library by a profile that judges one of its endpoints beside two of ours, and prints the
ten best with what each objective did to them.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
import yaml
from environments import installed

from screening.core.contribution import parse_contributions
from screening.core.partitions import partition_files
from screening.core.provenance import PROJECT

EXAMPLE = PROJECT / "docs/examples/admet_ai_predictor"
LIBRARY = PROJECT / "data/marine_reference.csv"
ENVIRONMENT = Path(tempfile.gettempdir()) / "admet-ai-predictor"
# A build of torch that this machine may have; ADMET-AI takes any.
REQUIREMENTS = ("torch==2.13.0", "torch==2.13.0 admet-ai==2.0.1", f"--no-deps {EXAMPLE}")
OBJECTIVES = [
    {"column": "nci60_breast", "aim": "activity", "worst": 0, "best": 0.4, "weight": 2},
    {"column": "herg", "aim": "safety", "worst": 0.8, "best": 0.1},
    {"column": "admet_ai_dili", "aim": "safety", "worst": 0.9, "best": 0.2},
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--environment", type=Path, default=ENVIRONMENT)
    options = parser.parse_args()
    installed(options.environment, "admet_predict", REQUIREMENTS)
    predictor = options.output.absolute() / "admet_ai"
    shutil.copytree(EXAMPLE, predictor, dirs_exist_ok=True)
    (predictor / "env").unlink(missing_ok=True)
    (predictor / "env").symlink_to(options.environment.absolute())
    config = options.output / "config.yaml"
    models = ["models/toxicity", "models/activity", str(predictor)]
    rank = {"profile": "custom", "objectives": OBJECTIVES}
    config.write_text(yaml.safe_dump({"predict": {"models": models}, "rank": rank}))
    results = options.output / "results"
    command = [str(Path(sys.executable).parent / "screening"), "run", str(LIBRARY)]
    subprocess.run([*command, "--config", config, "--output", results], check=True)
    print_best(results / LIBRARY.stem / "ranking.parquet")


def print_best(ranking: Path) -> None:
    """The ten best, a line each."""
    table = pq.read_table(partition_files(ranking)[0]).slice(0, 10)
    for row in table.to_pylist():
        parts = parse_contributions(row["contributions"])
        told = "; ".join(f"{one.column} {one.value} ({one.domain})" for one in parts)
        print(f"{row['rank']:>2}  {row['name']:<32.32}  {row['score']:.3f}  {told}")


if __name__ == "__main__":
    main()
