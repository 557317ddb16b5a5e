"""A bundle or a predictor in words, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from screening.bundles.check import Checked
from screening.core.bundle import CARD_NAME, EndpointSpec
from screening.core.one_line import one_line
from screening.core.predictor_manifest import PredictorManifest

# A card is text of a few pages; what is longer is cut.
_CARD_CHARS = 100_000
_LINE_CHARS = 2_000
_CELL_CHARS = 120
_METRICS = ("auroc", "auprc", "ece", "mae", "r2", "spearman")


def bundle_words(folder: Path, checked: Checked) -> Iterator[str]:
    """The lines that tell of a bundle: who, what, how good, and its card."""
    manifest = checked.manifest
    training = manifest.training
    yield _line(f"{manifest.name}, version {manifest.version}: {manifest.description}")
    yield from _facts(
        {
            "folder": folder,
            "SHA-256 of bundle.json": checked.digest,
            "signature": checked.told(),
            "features": manifest.feature_version,
            "architecture": _pairs(manifest.architecture),
            "training data SHA-256": training.get("digest", "not stated"),
            "trained with": _pairs(manifest.versions),
        }
    )
    yield ""
    yield from _table(
        ("endpoint", "kind", "unit", "direction", "trained on", "accuracy", "licences"),
        [_row(endpoint) for endpoint in manifest.endpoints],
    )
    if CARD_NAME in manifest.files:
        yield ""
        text = (folder / CARD_NAME).read_text(encoding="utf-8", errors="replace")[:_CARD_CHARS]
        # Not `one_line`: tables of a card are aligned by their spaces.
        yield from ("".join(filter(str.isprintable, line)) for line in text.splitlines())


def predictor_words(folder: Path, manifest: PredictorManifest, digest: str) -> Iterator[str]:
    """The lines that tell of a third party's predictor."""
    yield _line(f"{manifest.name}, version {manifest.version}: {manifest.description}")
    yield from _facts(
        {
            "kind": "a third party's predictor: naming it among the models runs its code",
            "folder": folder,
            "SHA-256 of predictor.json": digest,
            "interpreter": manifest.interpreter(folder),
            "entry point": manifest.entry_point,
            "licence": manifest.licence,
            "citation": manifest.citation,
        }
    )
    yield ""
    yield from _table(
        ("endpoint", "kind", "unit", "direction", "description"),
        [(e.id, e.kind, e.unit, e.direction, e.description) for e in manifest.endpoints],
    )


def _row(endpoint: EndpointSpec) -> tuple[str, ...]:
    metrics = endpoint.metrics.get("joined", {})
    found = ((name, metrics.get(name)) for name in _METRICS)
    told = ", ".join(f"{name} {value:.3g}" for name, value in found if value is not None)
    return (
        endpoint.id,
        endpoint.kind,
        endpoint.unit,
        endpoint.direction,
        f"{endpoint.n_train:,}",
        told,
        "; ".join(endpoint.licences),
    )


def _facts(facts: Mapping[str, object]) -> Iterator[str]:
    return (f"  {name}: {_line(str(value))}" for name, value in facts.items())


def _pairs(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items()) or "not stated"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    cells = [[one_line(cell, _CELL_CHARS) for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        pairs = zip(row, widths, strict=True)
        yield "  ".join(cell.ljust(width) for cell, width in pairs).rstrip()


def _line(text: str) -> str:
    return one_line(text, _LINE_CHARS)
