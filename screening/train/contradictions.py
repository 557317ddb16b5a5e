"""Rows of a table that give one compound both classes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from screening.core.errors import TrainingDataError
from screening.train.assemble import RawTable
from screening.train.labels import parse_labels
from screening.train.recipe import Recipe
from screening.train.structures import Structure, Structures

_SHOWN = 5


def refuse_contradictions(
    recipe: Recipe, table: RawTable, name: str, structures: Structures
) -> None:
    """Fail where a class endpoint has a compound that is active in one row and not in another.

    Only rows that draw the same compound count, stereochemistry and salt included: stereoisomers
    and salts may well differ, and are merged by majority.

    Parameters
    ----------
    table, name : the label table and what the recipe calls it.

    Raises
    ------
    TrainingDataError : names the rows.
    """
    found = [structures[text.strip()] for text in table.frame[table.smiles_column]]
    drawn = pd.Series([item.drawn if isinstance(item, Structure) else "" for item in found])
    for endpoint in recipe.endpoints:
        if endpoint.kind != "classification":
            continue
        for source in endpoint.sources:
            if source.table != name:
                continue
            labels = parse_labels(table.frame[source.column], endpoint.kind, name)
            _refuse(name, source.column, drawn, labels)


def _refuse(table: str, column: str, drawn: pd.Series, labels: pd.Series) -> None:
    known = labels[labels.notna() & (drawn != "")]
    by_compound = known.groupby(drawn[known.index])
    both = by_compound.transform("nunique") > 1
    if not both.any():
        return
    contradicting = known[both].groupby(drawn[known[both].index])
    shown = []
    for compound, rows in list(contradicting)[:_SHOWN]:
        numbered = zip(rows.index.to_numpy(np.int64), rows, strict=True)
        said = [f"{row + 1} ({label:.0f})" for row, label in list(numbered)[:_SHOWN]]
        shown.append(f"{str(compound)[:60]} in rows {', '.join(said)}")
    more = f"; and {contradicting.ngroups - _SHOWN} more" if contradicting.ngroups > _SHOWN else ""
    raise TrainingDataError(
        f"{table}: column {column!r} contradicts itself on {contradicting.ngroups} compounds: "
        f"{'; '.join(shown)}{more}",
        "correct the rows, or let the majority decide with --conflicts majority",
    )
