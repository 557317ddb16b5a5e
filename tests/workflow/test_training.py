"""The rules of a retraining, from the table to the champion in the registry."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import yaml

from screening.core.bundle import read_bundle
from screening.core.config import TrackingSettings
from screening.track.registry_read import find_version
from screening.track.store import locate_store
from tests.nitro import nitro_table

PROJECT = Path(__file__).resolve().parents[2]


def train(folder: Path, **settings: object) -> subprocess.CompletedProcess[str]:
    file = folder / "config.yaml"
    file.write_text(yaml.safe_dump({"output": str(folder / "results"), "train": settings}))
    here = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{here}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("MLFLOW_TRACKING_URI", None)
    command = [*(sys.executable, "-m", "snakemake", "train", "--cores", "2", "--nolock")]
    command += ["--snakefile", str(PROJECT / "Snakefile"), "--directory", str(PROJECT)]
    command += ["--profile", str(PROJECT / "workflows/profiles/default")]
    command += ["--configfile", str(file)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, timeout=600
    )


def test_from_a_table_to_the_champion(tmp_path: Path) -> None:
    table = tmp_path / "assay's table.csv"
    nitro_table().to_csv(table, index=False)
    settings = {"name": "nitro", "table": str(table), "targets": ["nitro"], "test_share": 0.4,
                "search_minutes": 0.2}  # fmt: skip
    done = train(tmp_path, **settings)
    assert done.returncode == 0, done.stderr
    rules = {"initialise_tracking", "search_model", "fit_model", "judge_model"}
    assert rules <= {line.split()[-1].rstrip(":") for line in done.stderr.splitlines()
                     if line.startswith(("rule ", "localrule "))}  # fmt: skip
    folder = tmp_path / "results/models/nitro"
    assert read_bundle(folder / "bundle").name == "nitro"
    judgement = json.loads((folder / "judgement.json").read_text())
    store = locate_store(TrackingSettings(), tmp_path / "results")
    version = find_version(store, "nitro", "1")
    assert ("champion" in version.aliases) == judgement["promoted"]
    assert version.tags["status"] == ("champion" if judgement["promoted"] else "refused")
    again = train(tmp_path, **settings)
    assert "Nothing to be done" in again.stderr


def test_without_a_name_it_says_what_is_missing(tmp_path: Path) -> None:
    done = train(tmp_path)
    assert done.returncode != 0
    assert "error: train.name names no model" in done.stdout + done.stderr
