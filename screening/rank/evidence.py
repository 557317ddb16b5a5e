"""Batches of joined rows as arrays: values, uncertainties and domain verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from screening.core.objectives import Objective
from screening.rank.quantities import IN_DOMAIN, STD, Quantity
from screening.rank.scoring import Evidence


def gather_evidence(
    table: pa.Table, objectives: Sequence[Objective], quantities: Mapping[str, Quantity]
) -> Evidence:
    """The evidence for each objective.

    Parameters
    ----------
    table : n joined rows of structures, descriptors and predictions.
    objectives : k objectives.
    quantities : what the tables hold of their columns.

    Returns
    -------
    Arrays (n, k). A missing prediction lies outside the domain; a descriptor never does.
    """
    chosen = [quantities[objective.column] for objective in objectives]
    return Evidence(
        values=_stack([numbers(table, quantity.column) for quantity in chosen]),
        stds=_stack([_stds(table, quantity) for quantity in chosen]),
        in_domain=np.column_stack([verdicts(table, quantity) for quantity in chosen]),
    )


def numbers(table: pa.Table, column: str) -> NDArray[np.float64]:
    """A column as (n,) float64, NaN where it is null."""
    values = table.column(column).cast(pa.float64()).fill_null(float("nan"))
    return np.asarray(values.to_numpy(), dtype=np.float64)


def verdicts(table: pa.Table, quantity: Quantity) -> NDArray[np.bool_]:
    """Whether each value lies inside its model's domain, (n,) bool; True for a descriptor."""
    if not quantity.has_domain:
        return np.ones(table.num_rows, dtype=np.bool_)
    inside = pc.fill_null(table.column(quantity.column + IN_DOMAIN), False)
    return np.asarray(inside.to_numpy(zero_copy_only=False), dtype=np.bool_) & ~np.isnan(
        numbers(table, quantity.column)
    )


def _stds(table: pa.Table, quantity: Quantity) -> NDArray[np.float64]:
    if not quantity.has_std:
        return np.zeros(table.num_rows)
    return numbers(table, quantity.column + STD)


def _stack(columns: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.column_stack(columns)
