"""The assay results of an endpoint as a table to train on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from screening.core.assays_table import ASSAYS_FILE, Assay, read_assays
from screening.core.errors import ConfigError, InputError
from screening.core.measurement import (
    UNIT_NAMES,
    Bounds,
    Measurement,
    find_unit,
    split_value,
)
from screening.core.replicates import Merged, merge_replicates, side_of
from screening.core.spreadsheet import cell
from screening.results.lookup import Structure, known_in_screens
from screening.results.previous import STRUCTURE_ID, Row, read_previous, write_rows

_OWN = (STRUCTURE_ID, "date", "n_replicates", "spread")
# Why a structure of the endpoint is not in the table.
NO_STRUCTURE = "no structure known"
CENSORED = "censored, and the bound does not decide"
DISAGREE = "replicates disagree"


@dataclass(frozen=True)
class TableRequest:
    """What to learn.

    Parameters
    ----------
    endpoint : as the bench names it.
    threshold : such as `10 µM`: what is at least as active is labelled 1, the rest 0; None: the
        label is the activity itself, −log10 mol/L or percent.
    target : name of the label column; None: made of the endpoint.
    previous : table to append to; what is measured takes the place of its rows.
    smiles_column : name of the column of structures.
    """

    endpoint: str
    threshold: str | None = None
    target: str | None = None
    previous: Path | None = None
    smiles_column: str = "smiles"

    @property
    def column(self) -> str:
        """Name of the label column."""
        return self.target or re.sub(r"[^A-Za-z0-9_.-]+", "_", self.endpoint).strip("_.-") or "label"


@dataclass(frozen=True)
class Written:
    """What stands in the table.

    Parameters
    ----------
    column : its label column. n_rows : all rows.
    n_new : structures measured. n_active : those of them labelled 1; None without a threshold.
    n_replaced : rows of the previous table whose structure has been measured.
    left_out : reason → structures of the endpoint that are not in it.
    """

    column: str
    n_rows: int
    n_new: int
    n_active: int | None
    n_replaced: int
    left_out: dict[str, int]


def write_training_table(output: Path, table: Path, request: TableRequest) -> Written:
    """Write the results of an endpoint as a table for `screening train`.

    One row a structure: its SMILES, the label, day of the last assay, number and spread of the
    replicates. A label is the median of the replicates (`core.replicates`).

    Parameters
    ----------
    output : folder of screens with `assays.parquet`. table : CSV to write.
    request : endpoint, threshold, previous table.

    Raises
    ------
    InputError : nothing of the endpoint was imported or has a label, or the previous table cannot be used.
    ConfigError : the threshold is none, or of another kind than the endpoint.
    """
    assays = _of_endpoint(output, request.endpoint)
    threshold = _threshold(request.threshold, assays[0]) if request.threshold else None
    previous = read_previous(request.previous, (request.smiles_column, request.column))
    left_out: Counter[str] = Counter()
    rows: dict[str, Row] = {}
    for structure, replicates in _by_structure(assays, output):
        row = _row(structure, replicates, threshold, request)
        if isinstance(row, str):
            left_out[row] += 1
        else:
            rows[structure.structure_id] = row
    if not rows:
        why = ", ".join(f"{n} {reason}" for reason, n in sorted(left_out.items()))
        raise InputError(
            f"endpoint {request.endpoint[:80]!r}: no structure has a label ({why})",
            "import more results, or choose a threshold that the bounds decide",
        )
    kept = previous.without(rows, request.smiles_column)
    columns = dict.fromkeys((request.smiles_column, request.column, *_OWN, *previous.columns))
    write_rows(table, list(columns), [*kept, *map(previous.filled, rows.values())])
    labels = [float(row[request.column]) for row in rows.values()]
    return Written(
        column=request.column,
        n_rows=len(kept) + len(rows),
        n_new=len(rows),
        n_active=labels.count(1.0) if threshold else None,
        n_replaced=len(previous.rows) - len(kept),
        left_out=dict(left_out),
    )


def _of_endpoint(output: Path, endpoint: str) -> list[Assay]:
    assays = read_assays(output / ASSAYS_FILE)
    names = sorted({one.endpoint for one in assays})
    if endpoint not in names:
        there = f"there are {', '.join(map(repr, names[:20]))}" if names else "nothing is there yet"
        raise InputError(
            f"{output / ASSAYS_FILE}: no result of endpoint {endpoint[:80]!r}",
            f"{there}; `screening results import` brings more",
        )
    return [one for one in assays if one.endpoint == endpoint]


def _threshold(text: str, assay: Assay) -> Measurement:
    split = split_value(text)
    unit = find_unit(split[2]) if split else None
    if split is None or unit is None or split[0] != "=":
        raise ConfigError(
            f"--threshold {text[:80]!r} is no value with a unit",
            f"write it as '10 µM'; units are {', '.join(UNIT_NAMES)}",
        )
    threshold = Measurement(split[0], split[1], unit)
    measured = assay.measurement.unit
    if unit.kind != measured.kind or (unit.kind == "concentration" and threshold.value <= 0):
        raise ConfigError(
            f"--threshold {text[:80]!r} does not fit endpoint {assay.endpoint[:80]!r}, which is "
            f"measured in {measured.name}",
            f"write it in {measured.name}",
        )
    return threshold


def _by_structure(assays: Iterable[Assay], output: Path) -> Iterator[tuple[Structure, list[Assay]]]:
    """The replicates of each structure; a screen since the import may have brought its SMILES."""
    found: dict[str, list[Assay]] = {}
    for one in assays:
        found.setdefault(one.structure_id, []).append(one)
    bare = [key for key, replicates in found.items() if not any(one.smiles for one in replicates)]
    known = known_in_screens(output, (), bare)
    for key, replicates in sorted(found.items()):
        stated = next((one.smiles for one in replicates if one.smiles), None)
        yield Structure(key, stated or known.smiles.get(key)), replicates


def _label(merged: Merged, bounds: Sequence[Bounds], threshold: float | None) -> float | str:
    """The label, or why there is none."""
    if threshold is None:
        if merged.disagree:
            return DISAGREE
        return CENSORED if merged.value is None else merged.value
    sides = {side_of(one, threshold) for one in bounds}
    if merged.disagree and sides >= {True, False}:
        return DISAGREE
    active = merged.active(threshold)
    return CENSORED if active is None else float(active)


def _row(
    structure: Structure,
    replicates: Sequence[Assay],
    threshold: Measurement | None,
    request: TableRequest,
) -> Row | str:
    """A row of the table, or why there is none."""
    if structure.smiles is None:
        return NO_STRUCTURE
    bounds = [one.bounds for one in replicates]
    merged = merge_replicates(replicates[0].measurement.unit.kind, bounds)
    cut = threshold.bounds(structure.weight_da).low if threshold else None
    label = _label(merged, bounds, cut)
    if isinstance(label, str):
        return label
    return {
        request.smiles_column: structure.smiles,
        request.column: cell(label),
        "structure_id": structure.structure_id,
        "date": max((one.date or "" for one in replicates), default=""),
        "n_replicates": cell(merged.n),
        "spread": cell(merged.spread),
    }
