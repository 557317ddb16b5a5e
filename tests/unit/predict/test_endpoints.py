from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from screening.cli.endpoints import endpoints_command
from screening.predict.endpoints import COLUMNS


def run(*arguments: str) -> str:
    result = CliRunner().invoke(endpoints_command, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_the_table_has_one_row_per_endpoint(safety_bundle: Path, potency_bundle: Path) -> None:
    text = run("--models", f"{safety_bundle},{potency_bundle}")
    rows = list(csv.DictReader(io.StringIO(text), delimiter="\t"))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["endpoint"] for row in rows] == ["liver", "ld50", "pic50"]
    assert rows[1] == {
        "endpoint": "ld50",
        "model": "safety",
        "kind": "regression",
        "unit": "-log10(mol/kg)",
        "direction": "lower is safer",
        "threshold": "",
        "sources": "assay:active",
    }
    assert rows[0]["threshold"] == "0.5"


def test_json_tells_more(safety_bundle: Path) -> None:
    liver, ld50 = json.loads(run("--models", str(safety_bundle), "--json"))
    assert liver["licences"] == ["CC0-1.0"]
    assert liver["version"] == "1.2"
    assert ld50["threshold"] is None


def test_listing_is_fast_because_torch_stays_out(safety_bundle: Path) -> None:
    code = (
        "import sys\n"
        "from screening.cli.endpoints import endpoints_command\n"
        f"endpoints_command(['--models', {str(safety_bundle)!r}], standalone_mode=False)\n"
        "print(sorted({'torch', 'torch_geometric', 'rdkit', 'dask'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
