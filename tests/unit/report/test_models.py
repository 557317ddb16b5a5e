from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from screening.core.config import ReportSettings
from screening.core.predictor_manifest import PREDICTOR_NAME
from screening.core.provenance import file_digest
from screening.report.domain import read_domain_cover
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


def test_a_predictor_of_a_third_party_is_told_as_such(
    screen: Path, bundle: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "third"
    folder.mkdir()
    endpoint = {"id": "moody_risk", "kind": "classification", "unit": "probability"}
    manifest = {
        "name": "<b>moody</b>",
        "version": "7.1",
        "licence": "MIT <script>",
        "citation": "Nobody 2026",
        "python": sys.executable,
        "entry_point": "moody",
        "endpoints": [{**endpoint, "direction": "lower is safer"}],
    }
    (folder / PREDICTOR_NAME).write_text(json.dumps(manifest))
    add_predictor(screen / "predictions.parquet", file_digest(folder / PREDICTOR_NAME))
    assert read_domain_cover(screen / "predictions.parquet").unstated == ("moody_risk",)
    origin = Origin("reef", (bundle, folder), date=date(2026, 11, 21))
    facts = write_report(screen, screen / "report.html", ReportSettings(), origin)
    assert [model["name"] for model in facts["models"]] == ["toxicity", "<b>moody</b>"]
    html = (screen / "report.html").read_text(encoding="utf-8")
    assert "No domain is stated for moody_risk." in html
    assert "states no domain" in html
    assert "&lt;b&gt;moody&lt;/b&gt;" in html
    assert "MIT &lt;script&gt;" in html
    assert "<b>moody</b>" not in html


def add_predictor(predictions: Path, digest: str) -> None:
    """Append what a predictor without a domain writes."""
    file = predictions if predictions.is_file() else next(predictions.glob("part-*.parquet"))
    table = pq.read_table(file)
    origin = {"endpoint": "moody_risk", "kind": "classification", "direction": "lower is safer"}
    origin |= {"model": "<b>moody</b>", "model_version": "7.1", "model_digest": digest}
    columns = {"moody_risk": pa.float32(), "moody_risk__in_domain": pa.bool_()}
    for name, kind in columns.items():
        field = pa.field(name, kind, metadata={**origin, "unit": "probability"})
        table = table.append_column(field, pa.nulls(table.num_rows, kind))
    pq.write_table(table, file)
