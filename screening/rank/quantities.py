"""The quantities that a ranking judges: found in the tables, with unit and uncertainty."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from screening.core.errors import ConfigError
from screening.core.objectives import Limit, Objective
from screening.core.partitions import partition_files
from screening.rank.provenance import PROVENANCE

Origin = Literal["prediction", "descriptor", "provenance"]

VERDICTS = ("out", "edge", "in")
"""Verdicts on the domain as the predictions write them, in the order of their codes."""
OUT, EDGE, IN = range(3)

STD = "__std"
DOMAIN = "__domain"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A column that can be judged.

    Parameters
    ----------
    column : its name.
    unit : its unit; "1" for a bare number.
    origin : where it comes from.
    has_std, has_domain : its standard deviation and domain verdict stand beside it.
    """

    column: str
    unit: str
    origin: Origin
    has_std: bool = False
    has_domain: bool = False

    def columns(self) -> list[str]:
        """The quantity's own column and those beside it."""
        beside = ((STD, self.has_std), (DOMAIN, self.has_domain))
        return [self.column, *(self.column + suffix for suffix, there in beside if there)]


def known_quantities(descriptors: Path, predictions: Path) -> dict[str, Quantity]:
    """All that a ranking can judge, by name.

    A name of several means the prediction, then the descriptor, then the provenance.

    Raises
    ------
    InputError : a table is missing.
    """
    origins = {name: Quantity(name, one.unit, "provenance") for name, one in PROVENANCE.items()}
    return {
        **origins,
        **_numbers(pq.read_schema(partition_files(descriptors)[0]), "descriptor"),
        **_numbers(pq.read_schema(partition_files(predictions)[0]), "prediction"),
    }


def check_names(
    objectives: Sequence[Objective], limits: Sequence[Limit], known: Iterable[str]
) -> None:
    """Refuse what no table holds.

    Parameters
    ----------
    known : names of endpoints, descriptors and the provenance; objectives may also name a group.

    Raises
    ------
    ConfigError : names the setting, the name, and the nearest one that is known.
    """
    names = set(known)
    judged = names | {one.group for one in objectives if one.group}
    for one in objectives:
        _check("objectives", one.column, judged)
        if one.over:
            _check("objectives", one.over, judged)
    for limit in limits:
        _check("limits", limit.column, names)


def has_column(table: Path, column: str) -> bool:
    """Whether a table has a column."""
    return column in pq.read_schema(partition_files(table)[0]).names


def _numbers(schema: pa.Schema, origin: Origin) -> dict[str, Quantity]:
    """The columns of a table that hold numbers, by name."""
    names = set(schema.names)
    found: dict[str, Quantity] = {}
    for field in schema:
        is_number = pa.types.is_floating(field.type) or pa.types.is_integer(field.type)
        if not is_number or (origin == "prediction" and "__" in field.name):
            continue
        unit = (field.metadata or {}).get(b"unit", b"1").decode()
        found[field.name] = Quantity(
            field.name,
            unit,
            origin,
            has_std=field.name + STD in names,
            has_domain=field.name + DOMAIN in names,
        )
    return found


def _check(where: str, name: str, valid: set[str]) -> None:
    if name in valid:
        return
    folded = {one.casefold(): one for one in sorted(valid)}
    nearest = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    remedy = "add the model that predicts it, or choose from `screening endpoints`"
    if nearest:
        remedy = f"did you mean {folded[nearest[0]]!r}?"
    raise ConfigError(f"rank.{where}: no endpoint or descriptor is called {name!r}", remedy)
