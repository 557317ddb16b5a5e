from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from screening.core.bundle import read_manifest, write_manifest
from screening.core.compute import Compute
from screening.core.config import PredictSettings
from screening.core.errors import BundleError, BundleMismatch
from screening.predict.models import open_models
from screening.predict.table import predict_table


def test_endpoints_of_several_bundles_stand_side_by_side(
    safety_bundle: Path, potency_bundle: Path
) -> None:
    models = open_models([str(safety_bundle), str(potency_bundle)])
    assert [spec.id for spec in models.endpoints] == ["liver", "ld50", "pic50"]
    assert [bundle.manifest.name for bundle in models.owners] == ["safety", "safety", "potency"]
    assert all(bundle.folder.is_absolute() for bundle in models.bundles)


def test_a_relative_folder_is_found(safety_bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(safety_bundle.parent)
    assert open_models(["safety"]).bundles[0].folder == safety_bundle


def test_two_bundles_that_share_an_endpoint_do_not_go_together(safety_bundle: Path) -> None:
    with pytest.raises(BundleMismatch, match=r"column liver of .*safety is also a column of"):
        open_models([str(safety_bundle), str(safety_bundle)])


@pytest.mark.parametrize("name", ["status", "structure_id", "liver__std"])
def test_an_endpoint_named_like_another_column_is_refused(
    safety_bundle: Path, tmp_path: Path, name: str
) -> None:
    folder = shutil.copytree(safety_bundle, tmp_path / "bundle")
    manifest = read_manifest(folder)
    first, second = manifest.endpoints
    renamed = second.model_copy(update={"id": name})
    write_manifest(folder, manifest.model_copy(update={"endpoints": (first, renamed)}))
    with pytest.raises(BundleMismatch, match=f"column {name} of"):
        open_models([str(folder)])


def test_an_altered_bundle_is_refused(safety_bundle: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(safety_bundle, tmp_path / "bundle")
    with (folder / "weights.safetensors").open("ab") as stream:
        stream.write(b"\0")
    with pytest.raises(BundleError, match="altered"):
        open_models([str(folder)])


def test_a_bundle_for_other_features_is_refused_before_any_work(
    safety_bundle: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(safety_bundle, tmp_path / "bundle")
    manifest = read_manifest(folder)
    write_manifest(folder, manifest.model_copy(update={"feature_version": "graph0"}))
    table = tmp_path / "in.csv"
    table.write_text("smiles\nC\n")
    settings = PredictSettings(models=(str(folder),))
    with pytest.raises(BundleMismatch, match="made for features graph0"):
        predict_table(table, "smiles", tmp_path / "out.csv", settings, Compute(1))
    assert not (tmp_path / "out.csv").exists()
