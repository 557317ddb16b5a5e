"""Tables as CSV for spreadsheets, safe against text that they would take for a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

# A cell that begins with one of these runs as a formula in spreadsheets
# (OWASP, https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_spreadsheet(tables: Iterable[pa.Table], names: Sequence[str], output: Path) -> None:
    """Write tables as one CSV (UTF-8 with byte order mark), in place when complete.

    Lists are joined by ``; ``, and text that a spreadsheet would run as a formula gets an
    apostrophe before it. The byte order mark makes Excel read Greek and Chinese names right.

    Parameters
    ----------
    tables : with the same columns; streamed.
    names : the columns to write, in their order.
    output : CSV file to write.
    """
    partial = output.with_name(f".{output.name}.partial")
    try:
        with partial.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(names)
            for table in tables:
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
    text = "; ".join(str(one) for one in value) if isinstance(value, list) else str(value)
    return f"'{text}" if _may_run(text) else text


def original_text(text: str) -> str:
    """The text that `cell` made safe: without the apostrophe that it put there."""
    return text[1:] if text.startswith("'") and _may_run(text) else text


def _may_run(text: str) -> bool:
    """Whether it is a formula, behind apostrophes of its own or not: these must come back too."""
    return text.lstrip("'").startswith(_FORMULA_STARTS)
