"""A scheduler and workers that run already: the same result, whatever happens to the workers."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.core.compute import Compute
from screening.core.config import DescribeSettings
from screening.core.errors import ConfigError
from screening.describe.structures import describe_structures
from tests.clusters.dask_processes import running_cluster
from tests.structures import (
    differing_columns,
    reference_smiles,
    whole_table,
    write_structures,
)

SETTINGS = DescribeSettings(sets=("rdkit2d", "alerts"))
# Three times the bundled library, so that there is time to kill a worker.
SMILES = [
    text + tail for text in reference_smiles() for tail in ("", ".C", ".CC") if "%" not in text
]


@pytest.fixture(scope="module")
def structures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_structures(tmp_path_factory.mktemp("library") / "structures", SMILES)


@pytest.fixture(scope="module")
def undisturbed(structures: Path) -> pa.Table:
    """The descriptors as a cluster of this machine gives them."""
    return described(structures, structures.parent / "local", Compute(2))


def described(structures: Path, folder: Path, compute: Compute) -> pa.Table:
    folder.mkdir()
    counts = describe_structures(
        structures, folder / "descriptors", folder / "lost", SETTINGS, compute
    )
    assert counts["n_lost"] == 0
    assert counts["n_described"] == len(SMILES)
    return whole_table(folder / "descriptors")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[psutil.Process]]]:
    with running_cluster(tmp_path, 2) as found:
        yield found


def test_it_gives_what_this_machine_gives(
    structures: Path,
    undisturbed: pa.Table,
    cluster: tuple[str, list[psutil.Process]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Here with paths that are relative to this folder, in which the workers are not."""
    monkeypatch.chdir(structures.parent)
    report = tmp_path / "dask.html"
    compute = Compute(dask=cluster[0], store=Path("store"), performance_report=report)
    found = described(Path(structures.name), Path("there"), compute)
    assert not differing_columns(found, undisturbed)
    assert "Dask Performance Report" in report.read_text()
    assert times_stored(Path("store")) == {1}


def a_worker(nanny: psutil.Process) -> None:
    """The process that works; its nanny starts another."""
    nanny.children()[-1].kill()


def a_machine(nanny: psutil.Process) -> None:
    """The nanny and its worker: nothing starts another."""
    for process in (nanny, *nanny.children(recursive=True)):
        process.kill()


@pytest.mark.parametrize("kill", [a_worker, a_machine])
def test_one_killed_in_the_middle_changes_nothing(
    structures: Path,
    undisturbed: pa.Table,
    cluster: tuple[str, list[psutil.Process]],
    tmp_path: Path,
    kill: Callable[[psutil.Process], None],
) -> None:
    address, nannies = cluster
    store = tmp_path / "store"
    left: list[int] = []

    with in_the_middle(store, left, lambda: kill(nannies[0])):
        found = described(structures, tmp_path / "there", Compute(dask=address, store=store))
    assert left[0] > len(SMILES) / 3, "it was not in the middle"
    assert not differing_columns(found, undisturbed)
    # What a task had stored before its worker died, another may store again; it is read once.
    assert min(times_stored(store)) == 1


def test_a_scheduler_that_goes_away_is_one_line_and_what_was_done_is_kept(
    structures: Path, cluster: tuple[str, list[psutil.Process]], tmp_path: Path
) -> None:
    address, nannies = cluster
    store, report = tmp_path / "store", tmp_path / "dask.html"
    scheduler = next(
        process
        for process in psutil.Process().children()
        if process not in nannies and "scheduler" in process.cmdline()
    )
    compute = Compute(dask=address, store=store, performance_report=report)
    left: list[int] = []
    with (
        in_the_middle(store, left, scheduler.kill),
        pytest.raises(ConfigError, match=f"the scheduler at {address} went away"),
    ):
        described(structures, tmp_path / "there", compute)
    assert not report.exists()
    assert n_stored(store) >= len(SMILES) - left[0]
    assert not list((tmp_path / "there").iterdir())


@contextmanager
def in_the_middle(store: Path, left: list[int], act: Callable[[], object]) -> Iterator[None]:
    """Act when the first results are stored; notes how many structures were then left."""
    over = threading.Event()

    def wait_and_act() -> None:
        while not over.wait(0.01):
            if done := n_stored(store):
                left.append(len(SMILES) - done)
                act()
                return

    thread = threading.Thread(target=wait_and_act)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def segments(store: Path) -> list[Path]:
    return sorted(store.glob("describe/*/*.parquet"))


def n_stored(store: Path) -> int:
    return sum(pq.read_metadata(file).num_rows for file in segments(store))


def times_stored(store: Path) -> set[int]:
    """How often keys stand in the store."""
    keys = (key for file in segments(store) for key in pq.read_table(file)["key"].to_pylist())
    return set(Counter(keys).values())
