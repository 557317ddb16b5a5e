"""A real Slurm of one node on loopback: munged, slurmctld and slurmd in a temporary folder.

Nothing of the system's own Slurm is touched: key, socket, ports and state are those of the folder.
It needs no systemd, no cgroups and no accounting. Run as another user than root, it runs jobs of
that user only.
"""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PARTITION = "main"
# Takes jobs and starts none.
DOWN_PARTITION = "down"
N_CORES = 4
READY_WITHIN_S = 30
_PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "sinfo")
_SBIN = os.pathsep.join(["/usr/sbin", "/usr/local/sbin", "/sbin"])
_CONFIGURATION = """
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthInfo=socket={folder}/munge.socket
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
# The node has the cores of the file, however many the machine has.
SlurmdParameters=config_overrides
PropagateResourceLimits=NONE
ReturnToService=2
KillWait=2
SchedulerParameters=sched_min_interval=0,batch_sched_delay=0
NodeName={host} NodeAddr=127.0.0.1 CPUs={n_cores} RealMemory=16000
PartitionName={partition} Nodes={host} Default=YES MaxTime=INFINITE State=UP
PartitionName={down} Nodes={host} MaxTime=INFINITE State=DOWN
"""


def program(name: str) -> str | None:
    """Where a program of Slurm lies; daemons are not on everybody's PATH."""
    return shutil.which(name) or shutil.which(name, path=_SBIN)


def missing_programs() -> list[str]:
    """Programs of Slurm and munge that are not installed."""
    return [name for name in _PROGRAMS if program(name) is None]


@contextmanager
def one_node() -> Iterator[Path]:
    """Run a Slurm of one node.

    Yields
    ------
    Its configuration file: `SLURM_CONF` in the environment selects it.

    Raises
    ------
    RuntimeError : a daemon ended, or the node is not ready in time; with the ends of the logs.
    """
    with tempfile.TemporaryDirectory(prefix="slurm-") as name, ExitStack() as daemons:
        folder = Path(name)
        configuration = _write_configuration(folder)
        for command in _daemons(folder, configuration):
            log = daemons.enter_context((folder / f"{Path(command[0]).name}.out").open("wb"))
            daemons.enter_context(_running(command, log.fileno()))
        _wait_until_idle(folder, configuration)
        yield configuration
        _cancel_all(configuration)


def _write_configuration(folder: Path) -> Path:
    for part in ("state", "spool"):
        (folder / part).mkdir()
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(128))
    controller_port, node_port = _free_ports(2)
    configuration = folder / "slurm.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            host=socket.gethostname().split(".")[0],
            user=getpass.getuser(),
            folder=folder,
            controller_port=controller_port,
            node_port=node_port,
            n_cores=N_CORES,
            partition=PARTITION,
            down=DOWN_PARTITION,
        )
    )
    return configuration


def _daemons(folder: Path, configuration: Path) -> list[list[str]]:
    """The commands, in the order of their start; all stay in the foreground."""
    munged = [
        *(str(program("munged")), "--foreground", "--force", "--num-threads=2"),
        *(f"--key-file={folder}/munge.key", f"--socket={folder}/munge.socket"),
        *(f"--pid-file={folder}/munged.pid", f"--seed-file={folder}/munged.seed"),
        f"--log-file={folder}/munged.log",
    ]
    return [
        munged,
        [str(program("slurmctld")), "-D", "-i", "-f", str(configuration)],
        [str(program("slurmd")), "-D", "-f", str(configuration)],
    ]


@contextmanager
def _running(command: list[str], log: int) -> Iterator[None]:
    """A daemon in the block; it is stopped at the end."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_idle(folder: Path, configuration: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        answer = ask(configuration, "sinfo", "--noheader", "--format=%T", f"-p{PARTITION}")
        if answer.strip() == "idle":
            return
        time.sleep(0.2)
    ends = [f"{file.name}: {file.read_text()[-1000:]}" for file in sorted(folder.glob("*.out"))]
    raise RuntimeError("no idle Slurm node; " + "\n".join([answer, *ends]))


def ask(configuration: Path, command: str, *arguments: str) -> str:
    """What a command of Slurm prints; nothing while the controller does not answer."""
    done = subprocess.run(
        [str(program(command)), *arguments],
        env={**os.environ, "SLURM_CONF": str(configuration)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def _cancel_all(configuration: Path) -> None:
    """End all jobs before the daemons, which would leave their processes running."""
    ask(configuration, "scancel", f"--user={getpass.getuser()}")
    deadline = time.monotonic() + READY_WITHIN_S
    while ask(configuration, "squeue", "--noheader") and time.monotonic() < deadline:
        time.sleep(0.2)


def _free_ports(n: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(n)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
