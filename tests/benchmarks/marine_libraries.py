"""The published marine libraries, as the benchmarks read them from a folder of training tables."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

_FILES = {
    "CMNPD": ("marine/cmnpd.csv", "compound_id", "smiles"),
    "CyanoMetDB": (
        "marine/cyanometdb_2020.csv",
        "Compound identifier ",
        "SMILES (canonical or isomeric)",
    ),
}


def mirror_parser(description: str) -> argparse.ArgumentParser:
    """A parser with the options that all benchmarks share."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--mirror", type=Path, required=True, help="folder with marine/cmnpd.csv")
    parser.add_argument("--sample", type=int, default=0, help="structures a library; 0 is all")
    return parser


def library_path(mirror: Path, library: str) -> Path:
    """File of a library."""
    return mirror / _FILES[library][0]


def structures(mirror: Path, library: str, sample: int = 0) -> list[tuple[str, str]]:
    """(id, SMILES) of a library, or of an evenly spaced sample of it, empty ones left out."""
    name, identifier, smiles = _FILES[library]
    with (mirror / name).open(encoding="utf-8-sig", newline="") as stream:
        rows = [(row[identifier], row[smiles].strip()) for row in csv.DictReader(stream)]
    filled = [row for row in rows if row[1]]
    step = max(1, len(filled) // sample) if sample else 1
    return filled[::step][: sample or None]


LIBRARIES = tuple(_FILES)
