"""The ranking as CSV, beside the table."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from screening.core.partitions import partition_files, read_partitions
from screening.core.spreadsheet import write_spreadsheet
from screening.core.tables import RANKING

# The contributions are JSON for the report; `why` tells the largest.
_LEFT_OUT = ("contributions",)


def write_ranking_csv(ranking: Path, output: Path) -> None:
    """Write the table RANKING as CSV for spreadsheets.

    Parameters
    ----------
    ranking : table RANKING, in order of rank.
    output : CSV file to write.
    """
    columns = pq.read_schema(partition_files(ranking)[0]).names
    names = [name for name in columns if name not in _LEFT_OUT]
    write_spreadsheet(read_partitions(ranking, RANKING), names, output)
