"""Which columns the ranking reads, and which it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from screening.core.tables import RANKING, Column
from screening.rank.evidence import numbers
from screening.rank.quantities import DOMAIN, STD, Origin, Quantity, has_column

ALERTS = "alerts"


def descriptor_columns(quantities: Mapping[str, Quantity], descriptors: Path) -> list[str]:
    """Columns of the descriptors that are needed; the alerts where they were computed."""
    alerts = [ALERTS] if has_column(descriptors, ALERTS) else []
    return [*_columns(quantities, "descriptor"), *alerts]


def prediction_columns(quantities: Mapping[str, Quantity]) -> list[str]:
    """Columns of the predictions that are needed."""
    return _columns(quantities, "prediction")


def provenance_columns(quantities: Mapping[str, Quantity]) -> list[str]:
    """Quantities of the provenance that are needed."""
    return _columns(quantities, "provenance")


def ranking_schema(quantities: Mapping[str, Quantity], declared: Sequence[str]) -> pa.Schema:
    """The named columns of RANKING, then those of the quantities, with their units."""
    further: list[Column] = []
    for quantity in quantities.values():
        name, unit = quantity.column, quantity.unit
        further.append(Column(name, pa.float64(), "value judged by the ranking", unit))
        if quantity.has_std:
            further.append(Column(name + STD, pa.float64(), "its standard deviation", unit))
        if quantity.has_domain:
            further.append(Column(name + DOMAIN, pa.string(), "its domain verdict: in, edge, out"))
    schema = RANKING.arrow(further)
    names = [*declared, *(column.name for column in further)]
    return pa.schema([schema.field(name) for name in names])


def shown_columns(table: pa.Table, quantities: Mapping[str, Quantity]) -> dict[str, Any]:
    """The quantities' own columns of a batch of joined rows, null where there is no number."""
    columns: dict[str, Any] = {}
    for quantity in quantities.values():
        columns[quantity.column] = pa.array(numbers(table, quantity.column), from_pandas=True)
        if quantity.has_std:
            name = quantity.column + STD
            columns[name] = pa.array(numbers(table, name), from_pandas=True)
        if quantity.has_domain:
            name = quantity.column + DOMAIN
            columns[name] = table.column(name)
    return columns


def _columns(quantities: Mapping[str, Quantity], origin: Origin) -> list[str]:
    chosen = [one for one in quantities.values() if one.origin == origin]
    return [column for quantity in chosen for column in quantity.columns()]
