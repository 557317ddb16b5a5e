"""What the commands around MLflow and the report refuse, and how."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from screening.cli.report import report_command
from screening.cli.track import initialise_tracking_command, track_command
from screening.cli.ui import ui_command
from screening.core.errors import ConfigError, InputError, ScreeningError
from screening.track.store import Store, write_store


def test_ui_without_a_store_names_the_remedy(tmp_path: Path) -> None:
    result = CliRunner().invoke(ui_command, [str(tmp_path)])
    assert isinstance(result.exception, InputError)
    assert "no MLflow store" in result.exception.line()
    assert "--output of a screen" in result.exception.line()


def test_ui_on_a_taken_port_says_so(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").touch()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = CliRunner().invoke(ui_command, [str(tmp_path), "--port", str(port)])
    assert isinstance(result.exception, ScreeningError)
    assert f"port {port} cannot be used" in result.exception.line()


def test_ui_of_a_server_gives_its_address(tmp_path: Path) -> None:
    write_store(tmp_path / "tracking.json", Store("http://lab:5000", "reefs", None))
    result = CliRunner().invoke(ui_command, [str(tmp_path)])
    assert result.exit_code == 0
    assert "http://lab:5000" in result.output


def test_tracking_settings_are_checked(tmp_path: Path) -> None:
    settings = json.dumps({"experimnt": "x"})
    result = CliRunner().invoke(
        initialise_tracking_command, [str(tmp_path), "--settings", settings]
    )
    assert isinstance(result.exception, ConfigError)
    assert "did you mean experiment?" in result.exception.line()
    assert not list(tmp_path.iterdir())


def test_tracking_before_the_report_names_the_command(tmp_path: Path) -> None:
    write_store(tmp_path / "tracking.json", Store("http://lab:5000", "reefs", None))
    arguments = [str(tmp_path), "--store", str(tmp_path / "tracking.json")]
    result = CliRunner().invoke(track_command, arguments)
    assert isinstance(result.exception, InputError)
    assert "run `screening report" in result.exception.line()


def test_report_of_a_folder_without_tables_is_one_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(report_command, [str(tmp_path / "nowhere")])
    assert isinstance(result.exception, InputError)
    assert "nowhere/compounds.parquet: no such table" in result.exception.line()
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_ui_serves_the_store_on_loopback_and_ends_when_told(tmp_path: Path) -> None:
    assert CliRunner().invoke(initialise_tracking_command, [str(tmp_path)]).exit_code == 0
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "screening.cli.main", "ui", str(tmp_path)]
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert _answers(f"http://127.0.0.1:{port}/health")
    finally:
        os.killpg(process.pid, 15)
        process.wait(timeout=60)


def _answers(address: str) -> bool:
    for _ in range(240):
        try:
            with urllib.request.urlopen(address, timeout=2) as reply:
                return bool(reply.status == 200)
        except OSError:
            time.sleep(0.5)
    return False
