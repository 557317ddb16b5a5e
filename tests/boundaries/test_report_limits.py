"""Reports at their limits: nothing to rank, far too much to show, damaged tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from screening.core.config import ReportSettings
from screening.core.errors import InputError
from screening.core.partitions import PartitionWriter
from screening.core.rejects import fix_for
from screening.core.tables import COMPOUNDS, PREDICTIONS, RANKING, REJECTS, STRINGS, STRUCTURES
from screening.report.report import Origin, write_report


def write_table(path: Path, schema: pa.Schema, rows: list[dict[str, Any]]) -> None:
    with PartitionWriter(path, schema) as writer:
        writer.write_rows(rows)


def ranked(rank: int) -> dict[str, Any]:
    long = f"{rank} " + "&<long>" * 1_500
    part = {
        "column": "herg",
        "label": long,
        "group": long,
        "value": 0.5,
        "unit": long,
        "std": 0.1,
        "desirability": 0.5,
        "in_domain": True,
        "share": 0.05,
        "effect": 0.0,
    }
    texts = [column.name for column in RANKING.columns if column.type == STRINGS]
    return {
        "rank": rank,
        "structure_id": f"S{rank}",
        "smiles": "Brc1ccc2c(c1)c(CCN)c[nH]2",
        "name": long,
        "score": 0.5,
        "score_mean": 0.5,
        "domain_share": None,
        "pareto": True,
        "why": long,
        "contributions": json.dumps([part] * 45),
        **{name: [long] * 3 for name in texts},
        "marine": "marine and other",
        "aphia_ids": list(range(100_000, 100_100)),
        "scaffold": "c1ccc2[nH]ccc2c1",
        "n_stereo_family": 7,
        "tier": long,
        "nearest_drug": long,
        "nearest_drug_similarity": 0.5,
        "decision": long,
        "decision_note": long,
        "dois": ["10.1234/" + "x" * 150],
    }


def write_screen(folder: Path, rows: list[dict[str, Any]], rejects: list[dict[str, Any]]) -> None:
    write_table(folder / "ranking.parquet", RANKING.arrow(), rows)
    write_table(folder / "compounds.parquet", COMPOUNDS.arrow(), [])
    write_table(folder / "structures.parquet", STRUCTURES.arrow(), [])
    write_table(folder / "predictions.parquet", PREDICTIONS.arrow(), [])
    write_table(folder / "rejects.parquet", REJECTS.arrow(), rejects)


def reject(number: int) -> dict[str, Any]:
    return {
        "library": "reef",
        "source_file": "reef.csv",
        "record_number": number,
        "name": "n" * 10_000,
        "raw": "r" * 10_000,
        "stage": "ingest",
        "code": "bad_record",
        "detail": "d" * 10_000,
        "fix": fix_for("bad_record"),
    }


def test_a_library_whose_every_record_is_rejected_has_a_report(tmp_path: Path) -> None:
    write_screen(tmp_path, [], [reject(1), reject(2)])
    output = tmp_path / "report.html"
    facts = write_report(tmp_path, output, ReportSettings(), Origin("reef"))
    html = output.read_text(encoding="utf-8")
    assert facts["best"] == []
    assert facts["n_records"] == facts["n_rejects"] == 2
    assert "No record of this library could be ranked" in html
    assert "bad_record" in html


def test_a_page_beyond_its_limit_shows_fewer_candidates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_screen(tmp_path, [ranked(rank) for rank in range(1, 41)], [])
    output = tmp_path / "report.html"
    monkeypatch.setattr("screening.report.report.PAGE_BYTES", 1_300_000)
    write_report(tmp_path, output, ReportSettings(), Origin("reef"))
    html = output.read_text(encoding="utf-8")
    assert output.stat().st_size <= 1_300_000
    assert html.count("<tbody class=") == 20
    assert "The best 20 of 40 ranked structures" in html


def test_a_thousand_rejects_are_listed_and_all_are_counted(tmp_path: Path) -> None:
    write_screen(tmp_path, [], [reject(number) for number in range(1, 1_102)])
    output = tmp_path / "report.html"
    facts = write_report(tmp_path, output, ReportSettings(), Origin("reef"))
    html = output.read_text(encoding="utf-8")
    assert facts["rejects_by_code"] == {"bad_record": 1_101}
    assert "The first 1,000 of 1,101 rejected records" in html
    assert "d" * 201 not in html
    assert output.stat().st_size < 3_000_000


def test_a_drawing_beyond_its_share_is_replaced_by_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_screen(tmp_path, [ranked(1)], [])
    output = tmp_path / "report.html"
    monkeypatch.setattr("screening.report.report.DRAWINGS_BYTES", 1_000)
    write_report(tmp_path, output, ReportSettings(), Origin("reef"))
    assert "too large to draw here" in output.read_text(encoding="utf-8")


@pytest.mark.parametrize("table", ["ranking", "rejects", "predictions"])
def test_a_damaged_table_is_named(tmp_path: Path, table: str) -> None:
    write_screen(tmp_path, [ranked(1)], [reject(1)])
    part = tmp_path / f"{table}.parquet" / "part-00000.parquet"
    part.write_bytes(part.read_bytes()[:100])
    with pytest.raises(InputError, match=f"{table}.parquet"):
        write_report(tmp_path, tmp_path / "report.html", ReportSettings(), Origin("reef"))
    assert not (tmp_path / "report.html").exists()
