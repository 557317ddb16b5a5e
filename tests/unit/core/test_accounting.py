from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from screening.core.accounting import account, read_stats, write_stats
from screening.core.energy import PackageEnergy, uses_cuda

# A child that is gone before the end, and leaves the work to a child of its own.
WORK = "import time\nwhile time.process_time() < 0.4: pass"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {WORK!r}], check=True)"


def test_peak_memory_counts_what_the_block_held(tmp_path: Path) -> None:
    with account() as cost:
        held = bytearray(200 * 2**20)
        held[::4096] = b"x" * len(held[::4096])
        time.sleep(0.6)
        assert cost.seconds > 0.2  # told while it runs
    assert cost.peak_memory_mib > 200
    assert cost.seconds >= 0.6
    write_stats(tmp_path / "a/stats.json", cost, {"n_records": 3})
    assert read_stats(tmp_path / "a/stats.json") == (cost, {"n_records": 3})


def test_processor_time_of_all_below_counts_also_when_they_have_ended() -> None:
    with account() as before:
        pass
    with account(workers_elsewhere=True) as cost:
        subprocess.run([sys.executable, "-c", PARENT], check=True)
    assert before.cpu_seconds < 0.3
    assert 0.4 <= cost.cpu_seconds < 5
    assert cost.workers_elsewhere


def test_what_is_not_there_is_not_told_as_zero(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screening.core.energy.POWERCAP", tmp_path)
    energy = PackageEnergy(tmp_path)
    energy.read()
    assert energy.joules is None
    with account() as cost:
        pass
    assert cost.gpu_seconds is None or Path("/dev/nvidia-uvm").exists()


def test_package_counters_go_round(tmp_path: Path) -> None:
    for name, start in (("intel-rapl:0", 900), ("intel-rapl:1", 10), ("intel-rapl:0:0", 5)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "max_energy_range_uj").write_text("999\n")
        (tmp_path / name / "energy_uj").write_text(f"{start}\n")
    energy = PackageEnergy(tmp_path)
    (tmp_path / "intel-rapl:0/energy_uj").write_text("100\n")
    (tmp_path / "intel-rapl:1/energy_uj").write_text("60\n")
    energy.read()
    assert energy.joules == pytest.approx((200 + 50) / 1e6)
    (tmp_path / "intel-rapl:1/energy_uj").write_text("\n")
    energy.read()
    assert energy.joules is None


def test_a_process_that_has_cuda_open_is_seen(tmp_path: Path) -> None:
    device = tmp_path / "nvidia-uvm"
    device.touch()
    assert not uses_cuda(os.getpid(), str(device))
    with device.open():
        assert uses_cuda(os.getpid(), str(device))
    assert not uses_cuda(2**30)
