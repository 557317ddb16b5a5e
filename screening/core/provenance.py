"""Digests and facts that go with every result: data, code, settings, machine."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).resolve().parents[1]
PROJECT = PACKAGE.parent

# The packages whose code a stage runs: its own and those below it. The `cli` is left out, since it
# only converts arguments.
_BELOW: dict[str, tuple[str, ...]] = {
    "ingest": ("core", "chem"),
    "standardise": ("core", "chem"),
    "describe": ("core", "chem"),
    "predict": ("core", "chem", "estimators"),
    "ledger": ("core",),
    "curate": ("core", "chem"),
    "dereplicate": ("core", "chem", "estimators"),
    "rank": ("core",),
    "pick": ("core", "chem"),
    "compare": ("core",),
    "report": ("core", "chem", "estimators"),
    "track": ("core", "chem"),
    "train": ("core", "chem", "estimators"),
    "judge": ("core", "chem", "estimators"),
}


# Where and how fast work runs, and how it is told, changes no result: such code may be edited
# without everything being computed again.
_CHANGES_NO_RESULT = (
    "core/accounting.py",
    "core/cluster.py",
    "core/compute.py",
    "core/disk.py",
    "core/progress.py",
    "core/slurm/",
)


def file_digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def value_digest(value: Any) -> str:
    """SHA-256 of a JSON-like value, independent of the order of keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


@lru_cache
def code_digest(stage: str) -> str:
    """SHA-256 over the source files on which a stage's results depend; changes with an edit.

    Raises
    ------
    KeyError : there is no such stage.
    """
    digest = hashlib.sha256()
    for package in (stage, *_BELOW[stage]):
        for file in sorted((PACKAGE / package).rglob("*")):
            name = file.relative_to(PACKAGE).as_posix()
            if (
                file.is_file()
                and "__pycache__" not in file.parts
                and not name.startswith(_CHANGES_NO_RESULT)
            ):
                digest.update(name.encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def software() -> dict[str, str]:
    """Versions of the project, Python and the libraries that results depend on."""
    libraries = ("rdkit", "torch", "torch_geometric", "scikit-learn", "numpy", "dask", "mlflow")
    return {
        "screening": version("marine-screening"),
        "python": platform.python_version(),
        **{name: version(name) for name in libraries},
    }


def versions_of_work() -> dict[str, str]:
    """What decides the results of a worker: the package's code and the libraries it uses."""
    libraries = ("rdkit", "numpy", "scipy", "torch")
    return {"screening": _package_digest(), **{name: version(name) for name in libraries}}


@lru_cache
def _package_digest() -> str:
    digest = hashlib.sha256()
    for file in sorted(PACKAGE.rglob("*.py")):
        digest.update(str(file.relative_to(PACKAGE)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def hardware() -> dict[str, str | int]:
    """What the machine is: architecture, usable cores, memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "architecture": platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory / 2**30),
    }
