"""A fetch that is killed in the middle leaves no lock and no wrong file, and is continued."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import yaml


def test_a_killed_fetch_is_continued_by_the_next(site: Any, tmp_path: Path, kept: Any) -> None:
    catalogue = tmp_path / "catalogue.yaml"
    catalogue.write_text(yaml.safe_dump({"tables": [site.entry().model_dump()]}))
    command = [sys.executable, "-m", "screening.cli.main", "fetch", "corals"]
    command += ["--catalogue", str(catalogue), "--cache", str(tmp_path / "cache")]
    environment = {name: text for name, text in os.environ.items() if name != "SCREENING_MIRROR"}
    over = threading.Event()
    site.behaviours = [site.waiting(150_000, over), site.whole]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as first:
        end = time.monotonic() + 60
        while not any(path.stat().st_size for path in tmp_path.rglob("part")):
            assert first.poll() is None, "the command ended too early"
            assert time.monotonic() < end
            time.sleep(0.01)
        first.send_signal(signal.SIGKILL)
    over.set()
    path = tmp_path / "cache" / "published" / "corals.csv"
    assert not path.exists()
    second = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert second.returncode == 0, second.stderr
    assert second.stdout == f"{path}\n"
    assert path.read_bytes() == site.content
    assert site.asked[1]["range"] != "bytes=0-"
    assert set(kept(tmp_path / "cache")) == {"published/corals.csv"}
