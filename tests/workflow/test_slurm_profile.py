"""What the rules would run under the profile for SLURM; nothing is executed."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
HEAVY = {"standardise", "describe-structures", "predict-structures", "curate"}


def planned_commands(folder: Path, compute: dict[str, object]) -> list[list[str]]:
    """The shell commands of a dry run, in words."""
    (folder / "library.smi").write_text("CCO ethanol\n")
    (folder / "libraries.tsv").write_text("library\tpath\nsmall\tlibrary.smi\n")
    config = {"libraries": "libraries.tsv", "output": "my results", "compute": compute}
    (folder / "mine.json").write_text(json.dumps(config))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "snakemake", "--dry-run", "--nocolor"),
            *("--snakefile", str(PROJECT / "Snakefile"), "--directory", str(folder)),
            *("--configfile", str(folder / "mine.json")),
            *("--profile", str(PROJECT / "workflows/profiles/slurm")),
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = (done.stdout + done.stderr).splitlines()
    commands = (line.split("Shell command: ")[-1].strip() for line in lines)
    return [shlex.split(line) for line in commands if line.startswith("screening ")]


def test_heavy_rules_ask_for_slurm_with_the_settings_of_the_configuration(tmp_path: Path) -> None:
    slurm = {"jobs": 3, "partition": "short", "directives": ["--nodelist=node[1-3]"]}
    commands = planned_commands(tmp_path, {"slurm": slurm})
    asking = {words[1]: words for words in commands if "--dask" in words}
    assert set(asking) == HEAVY
    for words in asking.values():
        assert words[words.index("--dask") + 1] == "slurm"
        told = json.loads(words[words.index("--slurm") + 1])
        assert {key: told[key] for key in slurm} == slurm
        assert told["logs"] == "my results/slurm-logs"
