"""A small screen, run as a user runs it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds

PROJECT = Path(__file__).resolve().parents[2]
HOSTILE = ('=HYPERLINK("http://evil","x")', "<script>document.title='taken'</script>")
_N_COMPOUNDS = 24


@dataclass(frozen=True)
class Screened:
    """A library file and the folder of its results."""

    library: Path
    output: Path

    @property
    def command(self) -> list[str]:
        return [str(Path(sys.executable).with_name("screening"))]

    @classmethod
    def prepare(cls, folder: Path) -> Screened:
        """The first compounds of the bundled library, two of them renamed."""
        with (PROJECT / "data/marine_reference.csv").open(encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))[:_N_COMPOUNDS]
        for row, name in zip(rows, HOSTILE, strict=False):
            row["name"] = name
        library = folder / "marine.csv"
        with library.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        config = folder / "config.yaml"
        # All of the reference library is known; here that is what there is to pick from.
        config.write_text(
            "predict: {models: [models/toxicity, models/activity]}\n"
            "pick: {size: 8, tiers: [known, analogue, novel]}\n"
        )
        return cls(library, folder / "results")

    def run(self) -> None:
        self.screening(
            *("run", str(self.library), "--output", str(self.output)),
            *("--config", str(self.library.with_name("config.yaml"))),
        )

    def screening(self, *arguments: str) -> str:
        done = subprocess.run(
            [*self.command, *arguments],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def summary(self) -> dict[str, Any]:
        text = (self.output / "marine/summary.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        return found

    def rows(self, table: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (
            ds.dataset(self.output / f"marine/{table}.parquet").to_table().to_pylist()
        )
        return found
