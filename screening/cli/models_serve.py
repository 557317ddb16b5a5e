"""`screening models serve`: a registered model answers on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from screening.cli.registry_store import output_option, registry_store
from screening.core.port import HOST, check_free
from screening.track.registry_read import CHAMPION, find_version
from screening.track.store import open_store


@click.command("serve")
@click.argument("name")
@click.option("--version", help="Version or alias to serve [default: champion].")
@click.option("--port", default=5001, type=click.IntRange(1, 65535), show_default=True)
@output_option
def serve_command(name: str, version: str | None, port: int, output: Path) -> None:
    """Serve the champion of the registered model NAME with MLflow, until Ctrl-C.

    It answers on this machine alone. Post {"inputs": ["SMILES", ...]} to /invocations.
    """
    store = registry_store(output)
    found = find_version(store, name, version or CHAMPION)
    check_free(port)
    click.echo(
        f"{name} version {found.version}: http://{HOST}:{port}/invocations (end with Ctrl-C)"
    )
    sys.stdout.flush()
    command = [
        *(sys.executable, "-m", "mlflow", "models", "serve"),
        *("--model-uri", f"models:/{name}/{found.version}"),
        *("--env-manager", "local", "--host", HOST, "--port", str(port)),
    ]
    open_store(store.uri)  # its settings of MLflow go with the environment
    # MLflow calls its web server by name: let it find that of this environment.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    environment = {
        **os.environ,
        "PATH": path,
        "MLFLOW_TRACKING_URI": store.uri,
        "MLFLOW_REGISTRY_URI": store.uri,
        "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    }
    # MLflow takes this process over: Ctrl-C and a kill reach it as they should.
    os.execve(sys.executable, command, environment)
