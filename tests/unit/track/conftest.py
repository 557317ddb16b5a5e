"""A screened library as the report leaves it, two candidates long."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from screening.cli.ui import QUIET_SERVER
from screening.core.accounting import Cost, write_stats
from screening.core.history import STATE, ScreenState, ranking_digest, write_state
from screening.core.partitions import PartitionWriter
from screening.core.tables import PICK, RANKING, Column
from screening.track.store import initialise_store

# Of methane and ethane.
KEYS = ("VNWKTOKETHGBQD-UHFFFAOYSA-N", "OTMSDBZUPAUEDD-UHFFFAOYSA-N")
SUMMARY: dict[str, Any] = {
    "library": "reef",
    "date": "2026-11-21",
    "n_records": 5,
    "n_compounds": 3,
    "n_rejects": 2,
    "n_structures": 2,
    "n_ranked": 2,
    "stages": {"ingest": {"seconds": 1.5, "peak_memory_mib": 210.5}},
    "best": [
        {
            "rank": 1,
            "name": "Salinosporamide A",
            "organism": "Salinispora tropica",
            "score": 0.8123,
            "why": "hERG block 0.12 (+0.24; in)",
            "flags": ["reactive"],
            "structure_id": KEYS[0],
            "smiles": "C",
        },
        {
            "rank": 2,
            "name": "<script>|[x](javascript:alert(1))",
            "organism": "",
            "score": 0.5,
            "why": "",
            "flags": [],
            "structure_id": KEYS[1],
            "smiles": "CC",
        },
    ],
    "rejects_by_code": {"bad_smiles": 2},
    "config_digest": "",
    "software": {"screening": "0.1.0", "rdkit": "2026.9.1"},
    "hardware": {"architecture": "x86_64", "cores": 2, "memory_gib": 24},
    "models": [{"name": "toxicity", "version": "1.2.0", "digest": "d1" * 32}],
}
CHANGES: dict[str, Any] = {
    "previous": {"date": "2026-11-20", "mlflow_run_id": "r0"},
    "n_entered": 1,
    "n_left": 0,
    "n_up": 0,
    "n_down": 1,
    "n_same": 0,
    "n_moved": 1,
    "differences": ["setting rank.caution: 1.0 → 0.5"],
    "movers": [
        {
            "structure_id": KEYS[1],
            "name": "<script>|[x](javascript:alert(1))",
            "change": "down",
            "rank": 2,
            "previous_rank": 1,
            "causes": ["library"],
            "reason": "own score unchanged; 1 entered above it",
        }
    ],
}
CONFIG: dict[str, Any] = {
    "report": {"top": 200},
    "rank": {
        "caution": 1.0,
        "objectives": [{"column": "herg", "worst": 1.0, "best": 0.0, "weight": 2.0}],
    },
}


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite store with its tables, which take seconds to make."""
    file = tmp_path_factory.mktemp("store") / "mlflow.db"
    initialise_store(f"sqlite:///{file}", "first", str(file.with_name("mlartifacts")))
    return file


@pytest.fixture(scope="session")
def server(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real MLflow server on a free port of loopback."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copy(database, folder / "server.db")
    with mlflow_server(folder) as address:
        yield address


@pytest.fixture
def away() -> Iterator[str]:
    """An address at which no server answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def summary() -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(SUMMARY))
    return copy


@pytest.fixture
def config() -> dict[str, Any]:
    return CONFIG


@pytest.fixture
def screen(tmp_path: Path, summary: dict[str, Any]) -> Path:
    """Folder of the library `reef`, its source file beside it."""
    (tmp_path / "reef.csv").write_text("name,smiles\nmethane,C\n", encoding="utf-8")
    folder = tmp_path / "results" / "reef"
    rows = [
        {
            **{field.name: [] for field in RANKING.arrow() if str(field.type).startswith("list")},
            "rank": one["rank"],
            "structure_id": one["structure_id"],
            "smiles": one["smiles"],
            "name": one["name"],
            "organisms": [one["organism"], "Homo sapiens"],
            "marine": "unknown",
            "scaffold": "",
            "n_stereo_family": 0,
            "tier": "novel",
            "score": one["score"],
            "score_mean": 0.9,
            "domain_share": None,
            "pareto": False,
            "flags": one["flags"],
            "why": one["why"],
            "herg": 0.12,
            "herg__std": None,
        }
        for one in summary["best"]
    ]
    herg = [Column(name, pa.float64(), "judged", "probability") for name in ("herg", "herg__std")]
    with PartitionWriter(folder / "ranking.parquet", RANKING.arrow(herg)) as writer:
        writer.write_rows(rows)
    (folder / "stages/compare").mkdir(parents=True)
    (folder / "stages/compare/changes.json").write_text(json.dumps(CHANGES), encoding="utf-8")
    state = ScreenState(ranking=ranking_digest(folder / "ranking.parquet"), date="2026-11-21")
    write_state(folder / "stages/compare" / STATE, state)
    write_pick(folder, summary)
    for name in ("pick.csv", "pick.sdf"):
        (folder / name).write_text("", encoding="utf-8")
    (folder / "ranking.csv").write_text("rank,name\n", encoding="utf-8")
    for name in ("report.html", "curation.html"):
        (folder / name).write_text("<!DOCTYPE html><title>reef</title>", encoding="utf-8")
    write_stats(folder / "stages/report/stats.json", Cost(2.5, 300.0), {"n_ranked": 2})
    draft = folder / "stages/report/summary.json"
    draft.write_text(json.dumps(summary), encoding="utf-8")
    return folder


def write_pick(screen: Path, summary: dict[str, Any]) -> None:
    """The second candidate is picked first."""
    rows = [
        {
            "pick_number": number,
            "well": f"A0{number}",
            "structure_id": one["structure_id"],
            "compound_id": "c1",
            "name": one["name"],
            "smiles": one["smiles"],
            "organisms": [],
            "rank": one["rank"],
            "score": one["score"],
            "score_mean": 0.9,
            "chosen_for": kind,
            "reason": "far from all others",
            "tier": "novel",
            "scaffold": "",
        }
        for number, (one, kind) in enumerate(
            zip(reversed(summary["best"]), ("explore", "exploit"), strict=True), start=1
        )
    ]
    with PartitionWriter(screen / "pick.parquet", PICK.arrow()) as writer:
        writer.write_rows(rows)


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mlflow_server(folder: Path) -> Iterator[str]:
    """A real MLflow server on a free port of loopback."""
    port = free_port()
    command = [
        *("-m", "mlflow", "server", "--backend-store-uri", f"sqlite:///{folder}/server.db"),
        *("--artifacts-destination", str(folder / "server-artifacts")),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
    ]
    with running_server(command, port, folder / "server.log") as address:
        yield address


@contextmanager
def running_server(command: Sequence[str], port: int, log: Path) -> Iterator[str]:
    """The address at which a server answers that Python runs with these arguments."""
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, *command],
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, **QUIET_SERVER},
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/health", process, log)
        yield address
    finally:
        # The server runs in processes of its own; its session ends them all.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 15)
        process.wait(timeout=120)


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    # Seconds on an idle machine; minutes where many tests share two cores.
    for _ in range(1_000):
        assert process.poll() is None, log.read_text(errors="replace")
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("the server did not come up")
