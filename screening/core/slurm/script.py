"""The script of a SLURM job with one Dask worker: its size, its environment and its keys.

Nothing that a user types becomes shell code: settings are of strict patterns (`slurm.settings`),
and paths go to sbatch as arguments, or into the script quoted.
"""

from __future__ import annotations

import math
import os
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dask.utils import parse_bytes
from distributed.security import Security

from screening.core.cluster import THREAD_VARIABLES

# Beside the worker its job holds the nanny, the process that tries suspects (`core.trial`), and
# what a worker takes between two looks of the nanny; without room SLURM would end them all.
HEAD_ROOM_MIB = 1024
# A worker that has lost the driver, or starts when it is gone, ends its job after this time.
DEATH_TIMEOUT_S = 60
_SPAWN = "distributed.nanny.pre-spawn-environ."


def job_options(memory_per_worker: str) -> dict[str, Any]:
    """What every job is: one worker process with a nanny, on one core, with one thread."""
    mebibytes = math.ceil(parse_bytes(memory_per_worker) / 2**20) + HEAD_ROOM_MIB
    return {
        "cores": 1,
        "processes": 1,
        "memory": memory_per_worker,
        "job_mem": f"{mebibytes}M",
        "nanny": True,
        "death_timeout": DEATH_TIMEOUT_S,
        # -P: the folder of the results is no place to import from.
        "python": f"{shlex.quote(sys.executable)} -P",
    }


def environment_lines(dask_settings: Mapping[str, object]) -> list[str]:
    """Lines of the job script: one thread for BLAS, Dask's settings, this process's modules.

    Parameters
    ----------
    dask_settings : those of the scheduler; the workers' part reaches them as variables `DASK_…`.
        The log level stays Dask's own, for the workers' logs are kept.
    """
    variables = dict.fromkeys(THREAD_VARIABLES, "1")
    variables["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, sys.path))
    for key, value in dask_settings.items():
        if key.startswith(_SPAWN):
            variables[key.removeprefix(_SPAWN)] = str(value)
        elif not key.startswith("distributed.logging."):
            name = key.upper().replace(".", "__").replace("-", "_")
            variables[f"DASK_{name}"] = str(value)
    lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    # SLURM may allow core dumps where the shell does not; a structure that crashes is no reason.
    return ["ulimit -c 0", *lines]


@contextmanager
def worker_keys(security: Security, folder: Path) -> Iterator[list[str]]:
    """Files with which workers show that they belong to this scheduler, as quoted options.

    Whoever reaches a Dask scheduler can run code as its user, and on a cluster everybody can reach
    it: so both sides of each connection prove themselves with a key of this run alone.
    """
    with TemporaryDirectory(prefix=".keys-", dir=folder) as name:  # mode 0700
        options = []
        for part, text in security.get_tls_config_for_role("worker").items():
            if part in ("ca_file", "cert", "key"):
                file = Path(name).absolute() / part
                file.write_text(text, encoding="ascii")
                options += [f"--tls-{part.replace('_', '-')}", shlex.quote(str(file))]
        yield options
