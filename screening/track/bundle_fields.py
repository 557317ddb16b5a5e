"""A bundle as MLflow's parameters, metrics, tags and description."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from screening.core.bundle import CARD_NAME, MANIFEST_NAME, BundleManifest
from screening.core.fixed_test import FixedTest
from screening.core.provenance import file_digest
from screening.track.fields import (
    TAG_CHARS,
    cost_metrics,
    flattened,
    joined_lines,
    mlflow_name,
    one_line,
)
from screening.track.registry_read import BUNDLE_DIGEST, ENDPOINTS

STATUS, TEST_DIGEST = "status", "test_digest"
# Beside that of the champion, which is named as its alias.
CANDIDATE, RETIRED, REFUSED = "candidate", "retired", "refused"
_DESCRIPTION_CHARS = 5_000
_SETTINGS = ("digest", "split", "structures", "settings", "trees", "measured_on", "device")
_TEXT_CHARS = 200


def bundle_parameters(manifest: BundleManifest) -> dict[str, str]:
    """How it was trained: architecture, split, settings."""
    training = {key: manifest.training[key] for key in _SETTINGS if key in manifest.training}
    return flattened(
        {
            "features": manifest.feature_version,
            "architecture": manifest.architecture,
            "endpoints": len(manifest.endpoints),
            **training,
        }
    )


def bundle_metrics(
    manifest: BundleManifest, on_test: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """Metrics of the card, `<endpoint>.<metric>`, of the fixed test, `test.<endpoint>.…`, and what
    the training cost, `training.…`."""
    found = {
        f"{spec.id}.{name}": value
        for spec in manifest.endpoints
        for name, value in spec.metrics.get("joined", {}).items()
        if value is not None
    }
    for endpoint, metrics in on_test.items():
        found |= {f"test.{endpoint}.{name}": value for name, value in metrics.items()}
    found |= cost_metrics("training", manifest.training.get("cost") or {})
    return {mlflow_name(name): float(value) for name, value in found.items()}


def version_tags(bundle: Path, manifest: BundleManifest, test: FixedTest) -> dict[str, str]:
    """What a version is known by."""
    split = manifest.training.get("split", {}).get("method", "")
    return {
        BUNDLE_DIGEST: file_digest(bundle / MANIFEST_NAME),
        "bundle_version": one_line(manifest.version, _TEXT_CHARS),
        "data_digest": str(manifest.training.get("digest", "")),
        "code_version": manifest.versions.get("screening", ""),
        "split": one_line(str(split), _TEXT_CHARS),
        ENDPOINTS: ",".join(item.id for item in manifest.endpoints),
        TEST_DIGEST: test.digest,
        STATUS: CANDIDATE,
    }


def run_tags(manifest: BundleManifest, tags: Mapping[str, str], card: str) -> dict[str, str]:
    """Tags of the training run: those of the version, and the card as its description."""
    return {
        "kind": "model",
        "model": one_line(manifest.name, _TEXT_CHARS),
        **{key: value for key, value in tags.items() if value and key != STATUS},
        "mlflow.source.name": "screening",
        "mlflow.note.content": joined_lines(card.splitlines(), TAG_CHARS),
    }


def card_of(bundle: Path, manifest: BundleManifest) -> str:
    """The card of a bundle; one that a third party made may have none."""
    if CARD_NAME in manifest.files:
        return (bundle / CARD_NAME).read_text(encoding="utf-8", errors="replace")
    return f"# {one_line(manifest.name, _TEXT_CHARS)}\n"


def version_description(card: str) -> str:
    """As much of the card as a database holds; all of it is an artifact of the run."""
    note = "*The whole card is an artifact of the training run.*"
    if len(card) <= _DESCRIPTION_CHARS:
        return card
    return joined_lines(card.splitlines(), _DESCRIPTION_CHARS - len(note) - 4) + f"\n\n{note}"
