"""Other tools, each in an environment of its own: their pins contradict the project's."""

from __future__ import annotations

import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path


def installed(environment: Path, program: str, requirements: Sequence[str]) -> Path:
    """Path of a program of an environment, which is made where the program is missing.

    Parameters
    ----------
    requirements : arguments of `pip install`, each installed after the one before, so that an
        early pin holds.
    """
    found = environment / "bin" / program
    if not found.exists():
        print(f"installing other tools into {environment}", file=sys.stderr, flush=True)
        venv.create(environment, with_pip=True)
        python = environment / "bin" / "python"
        for requirement in requirements:
            install = [python, "-m", "pip", "install", "--quiet", *requirement.split()]
            subprocess.run(install, check=True)
    return found
