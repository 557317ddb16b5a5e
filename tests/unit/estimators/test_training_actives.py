from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from rdkit import Chem

from screening.chem.fingerprints import morgan_counts
from screening.core.bundle import read_manifest
from screening.core.errors import BundleError
from screening.core.provenance import PROJECT
from screening.estimators.training_actives import TrainingActive, read_training_actives

ACTIVITY, TOXICITY = PROJECT / "models/activity", PROJECT / "models/toxicity"


@pytest.fixture(scope="module")
def actives() -> list[TrainingActive]:
    return read_training_actives([ACTIVITY])


def test_each_active_once_in_the_order_of_the_keys(actives: list[TrainingActive]) -> None:
    keys = [one.flat_key for one in actives]
    assert keys == sorted(set(keys))
    assert all(one.endpoints for one in actives)


def test_only_classes_whose_labels_a_licence_lets_go(actives: list[TrainingActive]) -> None:
    specs = {spec.id: spec for spec in read_manifest(ACTIVITY).endpoints}
    found = {name for one in actives for name in one.endpoints}
    assert all(specs[name].kind == "classification" for name in found)
    assert all(source.redistributable for name in found for source in specs[name].sources)
    assert "hiv" in found


def test_a_known_active_with_its_fingerprint(actives: list[TrainingActive]) -> None:
    """Zidovudine, from the NCI's screen against HIV."""
    zidovudine = "Cc1cn(C2CC(N=[N+]=[N-])C(CO)O2)c(=O)[nH]c1=O"
    (found,) = [one for one in actives if one.flat_key == "HBOMLICNUCNMMY"]
    expected = morgan_counts(Chem.MolFromSmiles(zidovudine))
    assert found.endpoints == ("hiv",)
    assert found.counts.bits.tolist() == expected.bits.tolist()
    assert found.counts.counts.tolist() == expected.counts.tolist()


def test_a_risk_is_no_activity() -> None:
    assert read_training_actives([TOXICITY]) == []
    assert read_training_actives([]) == []


def test_an_altered_bundle_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "activity"
    shutil.copytree(ACTIVITY, folder)
    (folder / "domain.parquet").write_bytes(b"PAR1")
    with pytest.raises(BundleError, match="altered"):
        read_training_actives([folder])
