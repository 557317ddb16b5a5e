"""The domain of each prediction shown, and which training structure is nearest to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from screening.core.database import sql_name, sql_table
from screening.core.partitions import partition_files
from screening.report.files import naming_damage

_PARTS = ("__domain", "__similarity", "__neighbour", "__neighbour_label")


@dataclass(frozen=True)
class Verdict:
    """Domain of one prediction of one structure.

    Parameters
    ----------
    domain : `in`, `edge` or `out`; None where the table does not say.
    similarity : Tanimoto on counts to the nearest training structure with a label, 0 to 1.
    neighbour : its key, the first block of its InChIKey.
    label : its label in the endpoint's unit; None where it may not be passed on.
    kind : `classification` or `regression`.
    """

    domain: str | None
    similarity: float | None
    neighbour: str | None
    label: float | None
    kind: str


def read_verdicts(
    predictions: Path, structures: Sequence[str], endpoints: Iterable[str]
) -> dict[str, dict[str, Verdict]]:
    """Verdicts of some structures by structure and endpoint; what the table lacks is left out.

    Raises
    ------
    InputError : the table is missing or damaged.
    """
    with naming_damage(predictions):
        schema = pq.read_schema(partition_files(predictions)[0])
    kinds = {
        name: (schema.field(name).metadata or {}).get(b"kind", b"classification").decode()
        for name in sorted(set(endpoints))
        if all(name + part in schema.names for part in ("", *_PARTS))
    }
    if not kinds or not structures:
        return {}
    columns = [name + part for name in kinds for part in _PARTS]
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        rows = connection.execute(
            f"SELECT structure_id, {', '.join(map(sql_name, columns))} "
            f"FROM {sql_table(predictions)} WHERE structure_id IN (SELECT unnest(?))",
            [list(structures)],
        ).fetchall()
    found: dict[str, dict[str, Verdict]] = {}
    for structure, *values in rows:
        parts = iter(values)
        found[structure] = {
            name: Verdict(next(parts), next(parts), next(parts), next(parts), kind)
            for name, kind in kinds.items()
        }
    return found
