"""A disk that is full: one line, a store as it was, and the work goes on when there is room."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.structures import reference_smiles, write_structures

# In a mount namespace of its own, so that nobody needs to be root and nothing stays mounted.
IN_NAMESPACE = ["unshare", "--map-root-user", "--mount"]
SCRIPT = """
import os, subprocess, sys
from pathlib import Path

disk, library, folder = map(Path, sys.argv[1:4])


def describe(structures: str, store: Path, output: Path) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "screening.cli.main", "describe-structures", library / structures,
         "--output", output / "descriptors", "--lost", output / "lost", "--store", store,
         "--workers", "1", "--settings", '{"sets": ["natural_product"]}'],
        capture_output=True, text=True,
    )


def held(place: Path) -> dict:
    return {str(path): path.read_bytes() for path in place.rglob("*") if path.is_file()}


subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], check=True)
assert describe("small", disk / "store", folder / "first").returncode == 0
before = held(disk)
assert before
filler = disk / "filler"
written = os.open(filler, os.O_CREAT | os.O_WRONLY)
try:
    while True:
        os.write(written, b"x" * 1024)
except OSError:
    os.close(written)
full = describe("large", disk / "store", folder / "second")
print(full.stderr)
assert full.returncode == 2, full.returncode
assert "Traceback" not in full.stderr
after = held(disk)
after.pop(str(filler))
assert after == before, (list(after), list(before))
assert not list((folder / "second").glob("*"))
# The table itself on a full disk, the store elsewhere.
table = describe("large", folder / "elsewhere", disk / "results")
print(table.stderr)
assert table.returncode == 2, table.returncode
assert "Traceback" not in table.stderr
assert not list((disk / "results").iterdir())
filler.unlink()
again = describe("large", disk / "store", folder / "second")
assert again.returncode == 0, again.stderr
assert "3 of 12 structures known" in again.stderr
"""


def can_mount() -> bool:
    if not shutil.which("unshare"):
        return False
    tried = subprocess.run([*IN_NAMESPACE, "true"], capture_output=True, check=False)
    return tried.returncode == 0


@pytest.mark.skipif(not can_mount(), reason="this machine lets no user mount a small disk")
def test_the_store_is_as_it_was_and_the_line_names_the_place(tmp_path: Path) -> None:
    smiles = reference_smiles()[:12]
    for name, n in (("small", 3), ("large", 12)):
        write_structures(tmp_path / name, smiles[:n])
    disk = tmp_path / "disk"
    for folder in (disk, tmp_path / "first", tmp_path / "second"):
        folder.mkdir()
    done = subprocess.run(
        [*IN_NAMESPACE, sys.executable, "-c", SCRIPT, disk, tmp_path, tmp_path],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    errors = [line for line in done.stdout.splitlines() if line.startswith("error: ")]
    assert len(errors) == 2
    for line, place in zip(errors, ("disk/store", "disk/results"), strict=True):
        assert place in line
        assert "No space left on device" in line or "full" in line
        assert "make room" in line
