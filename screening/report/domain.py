"""How much of a library lies outside the models' applicability domains."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from screening.core.partitions import partition_files
from screening.report.files import naming_damage

SUFFIX = "__in_domain"


@dataclass(frozen=True)
class DomainCover:
    """Shares of predictions outside the domain.

    Parameters
    ----------
    outside : share over all endpoints and structures, 0 to 1; None if nothing was predicted.
    by_endpoint : (endpoint, share outside), the worst first.
    unstated : endpoints whose model states no domain; they are in no share.
    """

    outside: float | None
    by_endpoint: tuple[tuple[str, float], ...]
    unstated: tuple[str, ...] = ()


def read_domain_cover(predictions: Path) -> DomainCover:
    """Average the domain verdicts of table `PREDICTIONS`, streamed.

    Raises
    ------
    InputError : the table is missing.
    """
    files = partition_files(predictions)
    with naming_damage(predictions):
        names = pq.read_schema(files[0]).names
    columns = [name for name in names if name.endswith(SUFFIX)]
    if not columns:
        return DomainCover(None, ())
    means = ", ".join(f"avg((NOT {_quoted(name)})::INT)" for name in columns)
    means += ", count(*)"
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        row = connection.execute(
            f"SELECT {means} FROM read_parquet(?)", [[str(file) for file in files]]
        ).fetchone()
    assert row is not None  # an aggregate always gives one row
    *shares, n_rows = row
    pairs = [
        (name.removesuffix(SUFFIX), share) for name, share in zip(columns, shares, strict=True)
    ]
    found = [(name, float(share)) for name, share in pairs if share is not None]
    unstated = tuple(name for name, share in pairs if share is None and n_rows)
    found.sort(key=lambda pair: (-pair[1], pair[0]))
    overall = sum(share for _, share in found) / len(found) if found else None
    return DomainCover(overall, tuple(found), unstated)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
