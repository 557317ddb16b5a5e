"""The ranking as CSV for spreadsheets, safe against text that they would take for a formula."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from screening.core.partitions import read_partitions
from screening.core.tables import RANKING

# A cell that begins with one of these runs as a formula in spreadsheets
# (OWASP, https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# The contributions are JSON for the report; `why` tells the largest.
_LEFT_OUT = ("contributions",)


def write_ranking_csv(ranking: Path, output: Path) -> None:
    """Write the table RANKING as CSV (UTF-8 with byte order mark), in place when complete.

    Lists are joined by ``; ``, and text that a spreadsheet would run as a formula gets an
    apostrophe before it. The byte order mark makes Excel read Greek and Chinese names right.

    Parameters
    ----------
    ranking : table RANKING, in order of rank.
    output : CSV file to write.
    """
    partial = output.with_name(f".{output.name}.partial")
    try:
        with partial.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            for number, table in enumerate(read_partitions(ranking, RANKING)):
                names = [name for name in table.column_names if name not in _LEFT_OUT]
                if number == 0:
                    writer.writerow(names)
                columns = [table.column(name).to_pylist() for name in names]
                writer.writerows(
                    [cell(value) for value in row] for row in zip(*columns, strict=True)
                )
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)


def cell(value: Any) -> str:
    """One cell: text made safe, lists joined, numbers with seven digits, nothing for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.7g}"
    if isinstance(value, int):
        return str(value)
    text = "; ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
