"""Each model's predictions are kept apart: what changed predicts anew, and nothing else does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pytest

from screening.core.compute import Compute
from screening.core.config import PredictSettings
from screening.predict.structures import predict_structures
from tests.structures import whole_table, write_structures
from tests.unit.predict.conftest import endpoint, write_bundle

# The third never passed the standardiser: no model can predict it.
SMILES = ["CCO", "Oc1ccccc1", "C1CC", "CC(=O)O", "CC(N)C(=O)O"]


@dataclass(frozen=True)
class Screen:
    counts: dict[str, int]
    table: pa.Table
    lost: list[str]


@pytest.fixture(scope="module")
def screens(
    tmp_path_factory: pytest.TempPathFactory,
    workers: Compute,
    safety_bundle: Path,
    potency_bundle: Path,
) -> list[Screen]:
    """A first screen, one with another potency, and one with both of them and a new structure."""
    folder = tmp_path_factory.mktemp("kept")
    specs = [endpoint("pic50", "regression", "-log10(mol/L)")]
    retrained = write_bundle(folder / "potency", specs, seed=3)
    found = []
    for number, (smiles, potency) in enumerate(
        ((SMILES, potency_bundle), (SMILES, retrained), ([*SMILES, "CCN"], potency_bundle))
    ):
        mine = folder / str(number)
        structures = write_structures(mine / "structures", smiles)
        settings = PredictSettings(models=(str(safety_bundle), str(potency)), device="cpu")
        compute = replace(workers, store=folder / "store")
        counts = predict_structures(structures, mine / "out", mine / "lost", settings, compute)
        lost = whole_table(mine / "lost")["structure_id"].to_pylist()
        found.append(Screen(counts, whole_table(mine / "out"), lost))
    return found


def test_a_changed_model_predicts_anew_and_the_others_do_not(screens: list[Screen]) -> None:
    known = [
        tuple(one.counts[name] for name in ("n_known", "n_known_safety", "n_known_potency"))
        for one in screens
    ]
    # The second changed potency; the third took back the first and met one new structure.
    assert known == [(0, 0, 0), (0, 4, 0), (4, 4, 4)]
    safety = [name for name in screens[0].table.column_names if name.split("__")[0] != "pic50"]
    assert screens[1].table.select(safety).equals(screens[0].table.select(safety))
    values = [screen.table["pic50"].to_pylist() for screen in screens]
    assert not set(values[0]) & set(values[1])
    assert values[2][:4] == values[0]


def test_a_structure_lost_to_all_models_stays_lost(screens: list[Screen]) -> None:
    assert [one.lost for one in screens] == [["KEY00002"]] * 3
    assert [one.counts["n_lost"] for one in screens] == [1, 1, 1]
    ids = screens[2].table["structure_id"].to_pylist()
    assert ids == ["KEY00000", "KEY00001", "KEY00003", "KEY00004", "KEY00005"]
