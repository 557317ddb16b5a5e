"""A whole screen, and a browser with MLflow's server on it, for what the lab lead sees."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workflow.mlflow_page import MlflowPage, open_browser
from tests.workflow.screen import Screen, make_screen

# Pictures of what was seen; CI may keep them.
PICTURES = Path(os.environ.get("SCREENING_PICTURES", "build/pictures"))
_START_S = 120


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Screen:
    """A whole screen, on whose results the tests work one after the other."""
    return make_screen(tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="module")
def page(screen: Screen) -> Iterator[MlflowPage]:
    """MLflow on the results, opened by `screening ui`, in a browser."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("chromium is not installed; `make env-test` as root installs it")
    port = _free_port()
    server = subprocess.Popen(
        [screen.command, "ui", str(screen.output), "--port", str(port)],
        cwd=screen.project,
        env=screen.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/health")
        browser = open_browser(chromium, driver)
        try:
            yield MlflowPage(browser, address, PICTURES)
        finally:
            browser.quit()
    finally:
        # Nothing is lost with it: the server writes nothing after an answer.
        os.killpg(server.pid, 9)
        server.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str) -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(f"{address} does not answer; see {sys.executable} -m mlflow ui")
