from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from screening.core.config import ReportSettings
from screening.report.models import accuracy, read_used_models
from screening.report.report import Origin, write_report


def test_models_are_those_that_the_predictions_name(screen: Path, bundle: Path) -> None:
    [model] = read_used_models(screen / "predictions.parquet", [bundle, bundle / "nothing"])
    assert (model.name, model.version) == ("toxicity", "1.2.0")
    assert model.endpoints == ("herg", "ames")
    assert model.manifest is not None
    assert model.manifest.endpoints[0].n_train == 12_345


def test_a_bundle_that_has_changed_since_is_not_quoted(screen: Path, bundle: Path) -> None:
    manifest = bundle / "bundle.json"
    manifest.write_text(manifest.read_text().replace("12345", "54321"))
    [model] = read_used_models(screen / "predictions.parquet", [bundle])
    assert model.manifest is None


def test_accuracy_stands_beside_that_of_the_forest(screen: Path, bundle: Path) -> None:
    [model] = read_used_models(screen / "predictions.parquet", [bundle])
    assert model.manifest is not None
    assert accuracy(model.manifest.endpoints[0]) == "AUROC 0.87 (0.85), AUPRC 0.50"


def test_the_report_quotes_the_card(screen: Path, bundle: Path) -> None:
    output = screen / "report.html"
    origin = Origin("reef", date=date(2026, 11, 21))
    write_report(screen, output, ReportSettings(), replace(origin, bundles=(bundle,)))
    html = output.read_text(encoding="utf-8")
    assert "12,345" in html
    assert "CC BY 4.0" in html
    assert "AUROC 0.87 (0.85)" in html
    assert "<i>small</i>" not in html
    assert "<b>assay</b>" not in html
    write_report(screen, output, ReportSettings(), origin)
    assert "was not at hand" in output.read_text(encoding="utf-8")
