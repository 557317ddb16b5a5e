"""The quantities that a ranking judges: found in the tables, with unit and uncertainty."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from screening.core.errors import ConfigError
from screening.core.objectives import RankSettings
from screening.core.partitions import partition_files

STD = "__std"
IN_DOMAIN = "__in_domain"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A column that can be judged.

    Parameters
    ----------
    column : its name.
    unit : its unit; "1" for a bare number.
    predicted : it is a prediction, not a descriptor.
    has_std, has_domain : its standard deviation and domain verdict stand beside it.
    """

    column: str
    unit: str
    predicted: bool
    has_std: bool = False
    has_domain: bool = False

    def columns(self) -> list[str]:
        """The quantity's own column and those beside it."""
        beside = ((STD, self.has_std), (IN_DOMAIN, self.has_domain))
        return [self.column, *(self.column + suffix for suffix, there in beside if there)]


def find_quantities(
    settings: RankSettings, descriptors: Path, predictions: Path
) -> dict[str, Quantity]:
    """The quantities that the settings name, in the order they are named.

    Parameters
    ----------
    settings : objectives and limits.
    descriptors, predictions : the tables; a name in both means the prediction.

    Raises
    ------
    ConfigError : no table has a number of that name; the nearest one is named.
    InputError : a table is missing.
    """
    known = {
        **_numbers(pq.read_schema(partition_files(descriptors)[0]), predicted=False),
        **_numbers(pq.read_schema(partition_files(predictions)[0]), predicted=True),
    }
    named = [("objectives", one.column) for one in settings.objectives]
    named += [("limits", one.column) for one in settings.limits]
    for where, column in named:
        if column not in known:
            raise ConfigError(
                f"rank.{where}: no endpoint or descriptor is called {column!r}",
                _nearest(column, known),
            )
    return {column: known[column] for _, column in named}


def has_column(table: Path, column: str) -> bool:
    """Whether a table has a column."""
    return column in pq.read_schema(partition_files(table)[0]).names


def _numbers(schema: pa.Schema, *, predicted: bool) -> dict[str, Quantity]:
    """The columns of a table that hold numbers, by name."""
    names = set(schema.names)
    found: dict[str, Quantity] = {}
    for field in schema:
        is_number = pa.types.is_floating(field.type) or pa.types.is_integer(field.type)
        if not is_number or (predicted and "__" in field.name):
            continue
        unit = (field.metadata or {}).get(b"unit", b"1").decode()
        found[field.name] = Quantity(
            field.name,
            unit,
            predicted,
            has_std=field.name + STD in names,
            has_domain=field.name + IN_DOMAIN in names,
        )
    return found


def _nearest(name: str, valid: Iterable[str]) -> str:
    folded = {one.casefold(): one for one in valid}
    nearest = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.4)
    if nearest:
        return f"did you mean {folded[nearest[0]]!r}?"
    return "see `screening endpoints` and the columns of the descriptors"
