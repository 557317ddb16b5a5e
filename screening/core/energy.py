"""Energy counters of processors and GPUs, where this machine has them and lets them be read."""

from __future__ import annotations

import ctypes
import os
import re
from pathlib import Path

import psutil

# Intel's running average power limit, also on AMD: one counter a package, in microjoules
# (https://docs.kernel.org/power/powercap/powercap.html). Since 2020 it is often root's alone.
POWERCAP = Path("/sys/class/powercap")
_PACKAGE = re.compile(r"intel-rapl:\d+")
# What processes have open that use CUDA; looking at a GPU (nvidia-smi) does not open it.
CUDA_DEVICE = "/dev/nvidia-uvm"


class PackageEnergy:
    """Joules that the processor packages have taken since this was made; None: not readable.

    Parameters
    ----------
    folder : where the kernel lists the counters.
    """

    def __init__(self, folder: Path = POWERCAP) -> None:
        found = sorted(one for one in folder.glob("*") if _PACKAGE.fullmatch(one.name))
        self.joules: float | None = 0.0 if found else None
        self._ranges: dict[Path, int] = {}
        self._last: dict[Path, int] = {}
        try:
            for package in found:
                self._ranges[package] = _number(package / "max_energy_range_uj") + 1
                self._last[package] = _number(package / "energy_uj")
        except (OSError, ValueError):
            self.joules = None

    def read(self) -> None:
        """Bring `joules` up to date; often enough that no counter goes round twice."""
        if self.joules is None:
            return
        try:
            for package, last in self._last.items():
                now = _number(package / "energy_uj")
                self.joules += (now - last) % self._ranges[package] / 1e6
                self._last[package] = now
        except (OSError, ValueError):
            self.joules = None


class GpuEnergy:
    """Joules that the GPU of this process has taken since its driver was loaded.

    Of NVML (https://docs.nvidia.com/deploy/nvml-api/), which the driver brings along.
    """

    def __init__(self) -> None:
        self._library: ctypes.CDLL | None = None
        self._device = ctypes.c_void_p()
        try:
            library = ctypes.CDLL("libnvidia-ml.so.1")
            if library.nvmlInit_v2() == 0 and self._find(library) == 0:
                self._library = library
        except (OSError, AttributeError):
            pass

    def _find(self, library: ctypes.CDLL) -> int:
        """The first GPU that CUDA may use."""
        first = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")[0].strip()
        device = ctypes.byref(self._device)
        if first.startswith("GPU-"):
            return int(library.nvmlDeviceGetHandleByUUID(first.encode(), device))
        index = ctypes.c_uint(int(first) if first.isdecimal() else 0)
        return int(library.nvmlDeviceGetHandleByIndex_v2(index, device))

    def joules(self) -> float | None:
        """The counter; None where there is none."""
        if self._library is None:
            return None
        millijoules = ctypes.c_ulonglong()
        said = self._library.nvmlDeviceGetTotalEnergyConsumption(
            self._device, ctypes.byref(millijoules)
        )
        return millijoules.value / 1e3 if said == 0 else None


def uses_cuda(process: int, device: str = CUDA_DEVICE) -> bool:
    """Whether a process of this user has CUDA open."""
    try:
        descriptors = list(Path(f"/proc/{process}/fd").iterdir())
    except OSError:  # it has ended, or is another user's
        return False
    return any(_leads_to(descriptor, device) for descriptor in descriptors)


def _leads_to(descriptor: Path, device: str) -> bool:
    try:
        return str(descriptor.readlink()) == device
    except OSError:  # it has been closed meanwhile
        return False


def busy_seconds() -> float:
    """Processor seconds that this machine has worked since it was started, for all its programs."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - _counted_twice(times))


def _counted_twice(times: object) -> float:
    """Guests stand in the user's time, too."""
    return float(getattr(times, "guest", 0.0)) + float(getattr(times, "guest_nice", 0.0))


def _number(file: Path) -> int:
    return int(file.read_text(encoding="ascii"))
