"""A whole screen of two small libraries, run as a user runs it."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import yaml
from rdkit import Chem

PROJECT = Path(__file__).resolve().parents[2]
DIRTY = PROJECT / "tests/workflow/data/dirty.csv"
RULES = {
    *("ingest", "standardise", "describe", "predict", "ledger"),
    *("curate", "dereplicate", "rank", "pick", "compare", "explain", "report", "track"),
}
# Most of the dirty library is known; here that is what there is to pick from.
SETTINGS = {"pick": {"size": 8, "tiers": ["known", "analogue", "novel"]}}
# Two terpenoids as corals make them, written as an SDF.
CORALS = {
    "elisabethin-like": "Cc1cc(O)c(O)c2c1C(C)CCC2C(C)CC=C(C)C",
    "sarcophine-like": "CC1=CCCC2(C)OC2CCC(C)=CC2OC(=O)C(C)=C2CC1",
}


@dataclass(frozen=True)
class Screen:
    """A copy of the project, where a test may edit code, and the results of a screen by it."""

    project: Path
    output: Path
    dirty: Path
    corals: Path

    @property
    def command(self) -> str:
        """The command line of the copied project."""
        return str(self.project / "bin/screening")

    @property
    def environment(self) -> dict[str, str]:
        """That of its calls."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.project),
            # As for a user who has not activated the environment: `screening` is not on PATH.
            "PATH": os.defpath,
            # What the user has fetched changes no test.
            "SCREENING_CACHE": str(self.project / "cache"),
        }
        environment.pop("MLFLOW_TRACKING_URI", None)
        return environment

    def screening(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Call the command line of the copied project."""
        return subprocess.run(
            [self.command, *arguments],
            cwd=self.project,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def run(
        self, libraries: Sequence[Path], *further: str, **settings: dict[str, object]
    ) -> subprocess.CompletedProcess[str]:
        """Screen libraries with settings beside those that all screens here have."""
        file = self.project / "settings.yaml"
        file.write_text(yaml.safe_dump({**SETTINGS, **settings}), encoding="utf-8")
        where = ("--output", str(self.output), "--config", str(file))
        return self.screening("run", *map(str, libraries), *where, *further)

    def ran(self) -> set[str]:
        """The rules that the latest run executed."""
        log = (self.output / "snakemake.log").read_text()
        lines = (line.strip() for line in log.splitlines())
        started = {
            line.split()[-1].rstrip(":")
            for line in lines
            if line.startswith(("rule ", "localrule "))
        }
        return started & RULES

    def table(self, library: str, name: str) -> list[dict[str, Any]]:
        """The rows of a final table."""
        folder = self.output / library / f"{name}.parquet"
        rows: list[dict[str, Any]] = ds.dataset(folder).to_table().to_pylist()
        return rows

    def summary(self, library: str) -> dict[str, Any]:
        """A library's summary."""
        summary: dict[str, Any] = json.loads(
            (self.output / library / "summary.json").read_text(encoding="utf-8")
        )
        return summary


def copy_project(folder: Path) -> None:
    """The project's code, models and data in a folder of the test's own."""
    for name in ("screening", "workflows", "config", "models", "data", "tests/workflow/data"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Snakefile", "environment.yml"):
        shutil.copy(PROJECT / name, folder / name)
    command = folder / "bin/screening"
    command.parent.mkdir()
    command.write_text(
        f"#!{sys.executable}\n"
        "from screening.cli.main import main\n"
        "if __name__ == '__main__':\n"
        "    main()\n",
        encoding="utf-8",
    )
    command.chmod(0o755)


def make_screen(project: Path, output: Path) -> Screen:
    """Copy the project, and screen both libraries with it."""
    copy_project(project)
    corals = project / "corals.sdf.gz"
    with gzip.open(corals, "wt", encoding="utf-8") as stream, Chem.SDWriter(stream) as writer:
        for name, smiles in CORALS.items():
            molecule = Chem.MolFromSmiles(smiles)
            molecule.SetProp("_Name", name)
            writer.write(molecule)
    screen = Screen(project, output, project / "tests/workflow/data/dirty.csv", corals)
    done = screen.run([screen.dirty, screen.corals], "--cores", "2")
    assert done.returncode == 0, done.stderr + (output / "snakemake.log").read_text()
    (output / "closing.txt").write_text(done.stdout)
    return screen
