from __future__ import annotations

import json
from pathlib import Path

import pytest

from screening.core.bundle import (
    FORMAT_VERSION,
    BundleManifest,
    read_bundle,
    read_manifest,
    write_manifest,
)
from screening.core.errors import BundleError
from screening.core.provenance import file_digest


def manifest(files: dict[str, str]) -> BundleManifest:
    return BundleManifest(
        name="test",
        version="1",
        description="",
        feature_version="any",
        architecture={},
        endpoints=(),
        training={},
        versions={},
        files=files,
    )


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    (tmp_path / "weights.safetensors").write_bytes(b"0123456789")
    write_manifest(
        tmp_path, manifest({"weights.safetensors": file_digest(tmp_path / "weights.safetensors")})
    )
    return tmp_path


def test_round_trip(bundle: Path) -> None:
    assert read_bundle(bundle) == read_manifest(bundle)


def test_one_altered_byte_is_refused(bundle: Path) -> None:
    (bundle / "weights.safetensors").write_bytes(b"0123456780")
    with pytest.raises(BundleError, match="altered"):
        read_bundle(bundle)


def test_a_missing_file_is_refused(bundle: Path) -> None:
    (bundle / "weights.safetensors").unlink()
    with pytest.raises(BundleError, match="missing from the bundle"):
        read_bundle(bundle)


def test_names_may_not_leave_the_folder(bundle: Path) -> None:
    write_manifest(bundle, manifest({"../weights.safetensors": "0"}))
    with pytest.raises(BundleError, match="leaves the bundle folder"):
        read_bundle(bundle)


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"format_version": "x"}', "\x00\x01"])
def test_a_malformed_manifest_is_one_line(bundle: Path, text: str) -> None:
    (bundle / "bundle.json").write_text(text)
    with pytest.raises(BundleError) as caught:
        read_bundle(bundle)
    assert "\n" not in caught.value.line()


@pytest.mark.parametrize(
    ("step", "advice"), [(-1, "train the bundle again"), (1, "install the version")]
)
def test_a_bundle_of_another_format_says_what_to_do(bundle: Path, step: int, advice: str) -> None:
    path = bundle / "bundle.json"
    content = json.loads(path.read_text())
    path.write_text(json.dumps(content | {"format_version": FORMAT_VERSION + step}))
    with pytest.raises(BundleError) as caught:
        read_bundle(bundle)
    assert f"format {FORMAT_VERSION + step}, " in caught.value.line()
    assert advice in caught.value.line()


def test_no_bundle_at_all(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no model bundle"):
        read_bundle(tmp_path / "absent")
