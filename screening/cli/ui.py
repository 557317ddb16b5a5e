"""`screening ui`: MLflow's own pages on the results of a folder, on this machine only."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click

from screening.core.errors import InputError
from screening.core.port import HOST, check_free
from screening.track.fields import one_line
from screening.track.store import ARTIFACTS, STORE_FILE, read_store


@click.command("ui")
@click.argument("folder", default="results", type=click.Path(path_type=Path))
@click.option("--port", default=5000, type=click.IntRange(1, 65535), show_default=True)
def ui_command(folder: Path, port: int) -> None:
    """Open MLflow on the results in FOLDER [default: results], until Ctrl-C."""
    described = folder / "tracking.json"
    if described.is_file() and (uri := read_store(described).uri).startswith("http"):
        click.echo(f"These results are recorded on a server: {uri}")
        return
    store = (folder / STORE_FILE).resolve()
    if not store.is_file():
        raise InputError(
            f"{folder}: no MLflow store ({STORE_FILE}) here", "name the --output of a screen"
        )
    check_free(port)
    click.echo(f"MLflow on {folder}: http://{HOST}:{port} (end with Ctrl-C)")
    for library, page in _pages(folder):
        click.echo(f"  candidates of {library}: http://{HOST}:{port}{page}")
    sys.stdout.flush()
    uri = f"sqlite:///{store}"
    command = [
        *(sys.executable, "-m", "mlflow", "ui"),
        *("--backend-store-uri", uri),
        *("--default-artifact-root", str(store.with_name(ARTIFACTS))),
        *("--host", HOST, "--port", str(port), "--workers", "1"),
    ]
    environment = {**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"}
    # MLflow takes this process over: Ctrl-C and a kill reach it as they should.
    os.execve(sys.executable, command, environment)


def _pages(folder: Path) -> Iterator[tuple[str, str]]:
    """The library and the page of each screen in a folder that is recorded."""
    for file in sorted(folder.glob("*/summary.json")):
        with suppress(OSError, ValueError):
            summary = json.loads(file.read_text(encoding="utf-8"))
            if page := summary.get("mlflow_page"):
                yield one_line(summary["library"], 60), page
