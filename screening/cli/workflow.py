"""Calls Snakemake and shows its stages' progress and errors as single lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from screening.core.config import ScreenConfig
from screening.core.errors import InputError, WorkflowError
from screening.core.library_sheet import Library, write_sheet
from screening.core.provenance import PROJECT

POLL_S = 0.3


def run_workflow(
    libraries: Sequence[Library], output: Path, config: ScreenConfig, cores: int
) -> None:
    """Run the workflow on the libraries, with `output` as its working folder.

    Raises
    ------
    InputError : `output` is a file.
    WorkflowError : a stage refused its input (its own line) or broke (its log is named).
    """
    snakefile = PROJECT / "Snakefile"
    if not snakefile.exists():
        raise WorkflowError(
            f"{snakefile}: no workflow beside the package",
            "install the project from its checkout with `make env`",
        )
    if output.exists() and not output.is_dir():
        raise InputError(f"{output}: is a file", "name a folder for the results")
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise InputError(
            f"{output}: cannot be made ({problem.strerror})", "name another folder for the results"
        ) from None
    _write_inputs(output, libraries, config)
    started = time.time()
    with (output / "snakemake.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            _command(snakefile, output, cores),
            stdout=log,
            stderr=subprocess.STDOUT,
            env=_environment(),
        )
        try:
            _follow(process, output / "logs")
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if process.returncode:
        _prune_empty_folders(output, libraries)
        raise _explain(output, started)


def _write_inputs(output: Path, libraries: Sequence[Library], config: ScreenConfig) -> None:
    """Leave the resolved configuration and library sheet with the results."""
    write_sheet(output / "libraries.tsv", libraries)
    resolved = config.model_copy(update={"libraries": "libraries.tsv", "output": "."})
    text = json.dumps(resolved.model_dump(mode="json"), indent=2, ensure_ascii=False)
    (output / "config.json").write_text(text + "\n", encoding="utf-8")


def _command(snakefile: Path, output: Path, cores: int) -> list[str]:
    return [
        *(sys.executable, "-m", "snakemake"),
        *("--snakefile", str(snakefile)),
        *("--directory", str(output)),
        *("--configfile", str(output / "config.json")),
        *("--profile", str(PROJECT / "workflows/profiles/default")),
        *("--cores", str(cores)),
        "--nocolor",
    ]


def _environment() -> dict[str, str]:
    """The rules call `screening` by name: let them find this very command first."""
    here = (Path(sys.argv[0]).absolute().parent, Path(sys.executable).parent)
    path = os.pathsep.join([*map(str, here), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "PATH": path}


def _follow(process: subprocess.Popen[bytes], logs: Path) -> None:
    """Copy progress lines (`[stage] …`) from the stages' logs to stderr until the end."""
    offsets = {file: file.stat().st_size for file in logs.glob("*/*.log")}
    while True:
        ended = process.poll() is not None
        for file in sorted(logs.glob("*/*.log")):
            try:
                complete, offsets[file] = _whole_lines(file, offsets.get(file, 0))
            except FileNotFoundError:  # Snakemake removes it before the stage begins anew
                continue
            for line in complete.decode("utf-8", "replace").splitlines():
                if line.startswith("["):
                    print(f"{file.parent.name} {line}", file=sys.stderr, flush=True)
        if ended:
            return
        time.sleep(POLL_S)


def _whole_lines(file: Path, start: int) -> tuple[bytes, int]:
    """The whole lines of a log from `start` on, and where the next ones will begin."""
    with file.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        if size < start:  # the stage began anew
            start = 0
        stream.seek(start)
        complete = stream.read(size - start)
    complete = complete[: complete.rfind(b"\n") + 1]
    return complete, start + len(complete)


def _explain(output: Path, started: float) -> WorkflowError:
    """The error lines of the stages that failed, or where to read on."""
    fresh = [
        file for file in sorted(output.glob("logs/*/*.log")) if file.stat().st_mtime >= started - 1
    ]
    lines = [
        line.removeprefix("error: ")
        for file in fresh
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines()
        if line.startswith("error: ")
    ]
    if lines:
        return WorkflowError(" | ".join(lines))
    broken = [file for file in fresh if "Traceback" in file.read_text(errors="replace")]
    where = broken[-1] if broken else output / "snakemake.log"
    return WorkflowError(f"the workflow broke; see {where}", "please report it with that log")


def _prune_empty_folders(output: Path, libraries: Sequence[Library]) -> None:
    """Snakemake makes the folders of outputs beforehand; leave none of them behind empty."""
    for library in libraries:
        for folder, _, _ in os.walk(output / library.name, topdown=False):
            if not any(Path(folder).iterdir()):
                Path(folder).rmdir()
