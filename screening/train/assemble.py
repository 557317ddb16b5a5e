"""Labelled tables to one row per flat structure.

Tables overlap and repeat themselves, and stereoisomers share what a stereo-blind network sees,
so labels are merged over the first block of the InChIKey: classification by majority, ties
dropped; regression by the median. A compound counts once per endpoint, whatever its number of
rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from screening.core.errors import TrainingDataError
from screening.train.labels import parse_labels
from screening.train.recipe import EndpointRecipe, Recipe
from screening.train.structures import Structure, Structures

_SHOWN = 3


@dataclass(frozen=True)
class RawTable:
    """A table as text, with what the merge needs to know about it.

    share_structures, share_labels : whether the bundle may hold its SMILES, and its labels beside
    the first block of an InChIKey.
    """

    frame: pd.DataFrame
    smiles_column: str
    share_structures: bool
    share_labels: bool = False


@dataclass
class EndpointCounts:
    """What happened to the rows of one endpoint; goes into the bundle.

    disagreements : structures with both classes, or values further apart than the labels of all
    structures deviate. disagreeing_rows : of values, those furthest apart, in words.
    """

    rows: int = 0
    rejected_rows: int = 0
    excluded_rows: int = 0
    structures: int = 0
    merged_rows: int = 0
    conflicts_dropped: int = 0
    disagreements: int = 0
    disagreeing_rows: list[str] = field(default_factory=list)
    per_source: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class LabelledSet:
    """One row per flat structure.

    flat_keys, smiles : (n,) ; public_smiles : (n,) SMILES that may be passed on, or "".
    labels : (n, n_endpoints) float32, NaN where nothing is known.
    public_endpoints : (n_endpoints,) bool, whether every table that labels it may be passed on.
    """

    flat_keys: list[str]
    smiles: list[str]
    public_smiles: list[str]
    labels: NDArray[np.float32]
    public_endpoints: NDArray[np.bool_]
    counts: dict[str, EndpointCounts]

    def take(self, rows: NDArray[np.int64]) -> LabelledSet:
        """Some rows, in the given order."""
        return LabelledSet(
            [self.flat_keys[row] for row in rows],
            [self.smiles[row] for row in rows],
            [self.public_smiles[row] for row in rows],
            self.labels[rows],
            self.public_endpoints,
            self.counts,
        )


def _with_structures(table: RawTable, structures: Structures) -> pd.DataFrame:
    """Columns `key` ("" where rejected), `smiles`, aligned with the table's rows."""
    found = [structures[text.strip()] for text in table.frame[table.smiles_column]]
    keys = [item.flat_key if isinstance(item, Structure) else "" for item in found]
    smiles = [item.smiles if isinstance(item, Structure) else "" for item in found]
    return pd.DataFrame({"key": keys, "smiles": smiles}, index=table.frame.index)


def _endpoint_rows(
    endpoint: EndpointRecipe,
    tables: Mapping[str, RawTable],
    keyed: Mapping[str, pd.DataFrame],
    counts: EndpointCounts,
) -> pd.DataFrame:
    """All usable rows of an endpoint, exclusions applied: key, label, and their row in words."""
    parts = []
    excluded = {key for name in endpoint.exclude for key in keyed[name]["key"]} - {""}
    for source in endpoint.sources:
        table = tables[source.table]
        if source.column not in table.frame.columns:
            raise TrainingDataError(
                f"table {source.table} has no column {source.column!r}",
                f"its columns are {', '.join(map(repr, table.frame.columns))}",
            )
        labels = parse_labels(table.frame[source.column], endpoint.kind, source.table)
        rows = pd.DataFrame({"key": keyed[source.table]["key"], "label": labels})
        several = f"{source.table}:" if len(endpoint.sources) > 1 else ""
        rows["row"] = several + pd.Series(rows.index + 1, rows.index).astype(str)
        rows = rows[rows["label"].notna()]
        counts.rows += len(rows)
        counts.rejected_rows += int((rows["key"] == "").sum())
        rows = rows[rows["key"] != ""]
        out = rows["key"].isin(excluded)
        counts.excluded_rows += int(out.sum())
        rows = rows[~out]
        name = f"{source.table}:{source.column}"
        counts.per_source[name] = int(rows["key"].nunique())
        parts.append(rows)
    return pd.concat(parts, ignore_index=True)


def _merge(rows: pd.DataFrame, endpoint: EndpointRecipe, counts: EndpointCounts) -> pd.Series:
    """One label per flat key."""
    grouped = rows.groupby("key", sort=True)["label"]
    if endpoint.kind == "classification":
        share = grouped.mean()
        tie = share == 0.5
        counts.conflicts_dropped = int(tie.sum())
        counts.disagreements = int(((share > 0) & (share < 1)).sum())
        merged = (share[~tie] > 0.5).astype(np.float32)
    else:
        merged = grouped.median().astype(np.float32)
        _count_disagreements(rows, merged, endpoint, counts)
    counts.structures = len(merged)
    counts.merged_rows = len(rows) - grouped.ngroups
    return merged


def _count_disagreements(
    rows: pd.DataFrame, merged: pd.Series, endpoint: EndpointRecipe, counts: EndpointCounts
) -> None:
    """Note the structures whose values span more than the standard deviation of all labels.

    A span in the unit would mean nothing: the unit is the user's.
    """
    grouped = rows.groupby("key", sort=True)["label"]
    low, high, middle = grouped.min(), grouped.max(), merged
    if endpoint.scale == "log10":
        with np.errstate(divide="ignore", invalid="ignore"):
            low, high, middle = np.log10(low), np.log10(high), np.log10(middle)
    deviation = float(middle.std(ddof=0))
    spans = high - low
    far = spans[spans > deviation].sort_values(ascending=False, kind="stable")
    counts.disagreements = len(far)
    counts.disagreeing_rows = [
        f"{_ends(rows[rows['key'] == key])} ({span / deviation:.1f} deviations)"
        for key, span in far.iloc[:_SHOWN].items()
        if deviation
    ]


def _ends(rows: pd.DataFrame) -> str:
    """The lowest and the highest of a structure's rows: `12 and 40`, or `a:12 and b:40`."""
    ends = rows.sort_values("label", kind="stable").iloc[[0, -1]]
    return " and ".join(ends["row"])


def assemble(recipe: Recipe, tables: Mapping[str, RawTable], structures: Structures) -> LabelledSet:
    """Merge the label tables of a recipe.

    Parameters
    ----------
    recipe : names endpoints, their columns and the tables to exclude.
    tables : every table that the recipe names.
    structures : standardised structure of every SMILES, stripped of white space.

    Raises
    ------
    TrainingDataError : a column is missing or holds labels that cannot be read.
    """
    keyed = {name: _with_structures(table, structures) for name, table in tables.items()}
    counts = {endpoint.id: EndpointCounts() for endpoint in recipe.endpoints}
    merged = {}
    for endpoint in recipe.endpoints:
        rows = _endpoint_rows(endpoint, tables, keyed, counts[endpoint.id])
        merged[endpoint.id] = _merge(rows, endpoint, counts[endpoint.id])
    labels = pd.DataFrame(merged).sort_index()
    sources = {ref.table for endpoint in recipe.endpoints for ref in endpoint.sources}
    everything = pd.concat([keyed[name] for name in sorted(sources)])
    public = pd.concat(
        [keyed[name] for name in sorted(sources) if tables[name].share_structures]
        or [everything.iloc[:0]]
    )
    smiles = everything[everything["key"] != ""].groupby("key")["smiles"].min()
    shared = public[public["key"] != ""].groupby("key")["smiles"].min()
    keys = [str(key) for key in labels.index]
    return LabelledSet(
        keys,
        list(smiles.reindex(keys)),
        list(shared.reindex(keys).fillna("")),
        labels[[endpoint.id for endpoint in recipe.endpoints]].to_numpy(np.float32),
        np.array(
            [
                all(tables[ref.table].share_labels for ref in endpoint.sources)
                for endpoint in recipe.endpoints
            ]
        ),
        counts,
    )
