"""Reading of the sourced chemistry tables (TSV with ``#`` comments) that lie beside the code."""

from __future__ import annotations

import csv
from importlib import resources


def read_source_table(name: str) -> list[dict[str, str]]:
    """Rows of a table of this package, comments dropped.

    Parameters
    ----------
    name : file name in ``screening/chem``, such as ``metals.tsv``.
    """
    text = resources.files("screening.chem").joinpath(name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))
