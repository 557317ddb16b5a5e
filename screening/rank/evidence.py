"""Batches of joined rows as arrays: values, uncertainties and domain verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from screening.rank.judged import Judged
from screening.rank.quantities import DOMAIN, IN, OUT, STD, VERDICTS, Quantity

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]


@dataclass(frozen=True)
class Evidence:
    """What is known of n structures for each of k objectives.

    Parameters
    ----------
    values : (n, k) float64, NaN where missing.
    stds : (n, k) float64 of the quantity; 0 for a computed one, NaN where missing.
    stds_over : (n, k) float64 of what is taken off it; 0 without.
    verdicts : (n, k) int8, codes of `VERDICTS`; `IN` for a computed quantity.
    """

    values: Floats
    stds: Floats
    stds_over: Floats
    verdicts: Codes

    def rows(self, chosen: Sequence[int]) -> Evidence:
        """Some of the structures."""
        index = np.asarray(chosen, dtype=np.intp)
        return Evidence(
            self.values[index], self.stds[index], self.stds_over[index], self.verdicts[index]
        )


def gather_evidence(table: pa.Table, judged: Sequence[Judged]) -> Evidence:
    """The evidence for each objective.

    Quantities of a group err together, so the deviation of their mean is the mean of theirs. The
    verdict on several quantities is the worst of theirs.

    Parameters
    ----------
    table : n joined rows of structures, provenance, descriptors and predictions.
    judged : of k objectives.

    Returns
    -------
    Arrays (n, k). A missing prediction lies outside the domain; a computed quantity never does.
    """
    nothing = np.zeros(table.num_rows)
    over = [_mean_value(table, one.over) if one.over else nothing for one in judged]
    values = [_mean_value(table, one.of) for one in judged]
    return Evidence(
        values=np.column_stack(values) - np.column_stack(over),
        stds=np.column_stack([_mean_std(table, one.of) for one in judged]),
        stds_over=np.column_stack(
            [_mean_std(table, one.over) if one.over else nothing for one in judged]
        ),
        verdicts=np.column_stack(
            [
                np.min([verdicts(table, quantity) for quantity in one.quantities], axis=0)
                for one in judged
            ]
        ),
    )


def numbers(table: pa.Table, column: str) -> Floats:
    """A column as (n,) float64, NaN where it is null."""
    values = table.column(column).cast(pa.float64()).fill_null(float("nan"))
    return np.asarray(values.to_numpy(), dtype=np.float64)


def verdicts(table: pa.Table, quantity: Quantity) -> Codes:
    """The verdict on each value's domain, (n,) int8 codes; `IN` for a computed quantity."""
    if not quantity.has_domain:
        return np.full(table.num_rows, IN, dtype=np.int8)
    codes = np.full(table.num_rows, OUT, dtype=np.int8)
    names = table.column(quantity.column + DOMAIN).to_numpy()
    for code, name in enumerate(VERDICTS):
        codes[names == name] = code
    codes[np.isnan(numbers(table, quantity.column))] = OUT
    return codes


def _mean_value(table: pa.Table, quantities: Sequence[Quantity]) -> Floats:
    values = [numbers(table, quantity.column) for quantity in quantities]
    return np.asarray(np.mean(values, axis=0), dtype=np.float64)


def _mean_std(table: pa.Table, quantities: Sequence[Quantity]) -> Floats:
    stds = [
        numbers(table, quantity.column + STD) if quantity.has_std else np.zeros(table.num_rows)
        for quantity in quantities
    ]
    return np.asarray(np.mean(stds, axis=0), dtype=np.float64)
