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


def train(
    folder: Path, settings: dict[str, object], *further: str
) -> subprocess.CompletedProcess[str]:
    file = folder / "config.yaml"
    file.write_text(yaml.safe_dump({"output": str(folder / "results"), "train": settings}))
    here = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{here}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("MLFLOW_TRACKING_URI", None)
    command = [*(sys.executable, "-m", "snakemake", "train", "--cores", "2", "--nolock")]
    command += ["--snakefile", str(PROJECT / "Snakefile"), "--directory", str(PROJECT)]
    command += ["--profile", str(PROJECT / "workflows/profiles/default")]
    command += ["--configfile", str(file), *further]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, timeout=600
    )


def test_from_a_table_to_the_champion(tmp_path: Path) -> None:
    table = tmp_path / "assay's table.csv"
    nitro_table().to_csv(table, index=False)
    settings: dict[str, object] = {
        "name": "nitro", "table": str(table), "targets": ["nitro"], "test_share": 0.4
    }  # fmt: skip
    done = train(tmp_path, settings)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "results/models/nitro"
    assert read_bundle(folder / "bundle").name == "nitro"
    judgement = json.loads((folder / "judgement.json").read_text())
    store = locate_store(TrackingSettings(), tmp_path / "results")
    version = find_version(store, "nitro", "1")
    assert ("champion" in version.aliases) == judgement["promoted"]
    assert version.tags["status"] == ("champion" if judgement["promoted"] else "refused")
    again = train(tmp_path, settings)
    assert "Nothing to be done" in again.stderr + again.stdout


def test_a_search_comes_before_the_training_and_keeps_to_its_test(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    nitro_table().to_csv(table, index=False)
    settings: dict[str, object] = {
        "name": "nitro", "table": str(table), "targets": ["nitro"], "search_minutes": 5
    }  # fmt: skip
    planned = train(tmp_path, settings, "--dry-run")
    told = planned.stdout + planned.stderr
    search, fit = (
        next(line for line in told.splitlines() if f"screening {command} " in line)
        for command in ("search", "train")
    )
    assert "--minutes 5" in search
    assert f"--settings={tmp_path}/results/models/nitro/found.yaml" in fit
    for line in (search, fit):
        assert f"--test {tmp_path}/results/models/nitro/test.parquet" in line
        assert "--split scaffold --test-share 0.2" in line


def test_without_a_name_it_says_what_is_missing(tmp_path: Path) -> None:
    done = train(tmp_path, {})
    assert done.returncode != 0
    assert "error: train.name names no model" in done.stdout + done.stderr
