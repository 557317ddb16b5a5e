"""Training on a table of the user's own."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from screening.core.bundle import ENDPOINT_SUFFIXES, RESERVED_COLUMNS, Kind
from screening.core.errors import ConfigError, InputError, TrainingDataError
from screening.core.provenance import file_digest
from screening.train.assemble import RawTable
from screening.train.catalogue import TableEntry
from screening.train.labels import parse_labels
from screening.train.recipe import (
    ColumnRef,
    EndpointRecipe,
    NetworkRecipe,
    Recipe,
    SplitRecipe,
    TrainingRecipe,
)
from screening.train.run import train_bundle

_SMALL_ROWS = 2000
_MAX_EPOCHS = 40


@dataclass(frozen=True)
class TableOptions:
    """What the command line says about a table.

    epochs : None chooses by the number of rows. share_structures : keep the SMILES of the
    training structures in the bundle, so that nearest neighbours can be drawn.
    """

    smiles_column: str
    targets: tuple[str, ...]
    kind: Kind
    split_column: str | None = None
    seed: int = 7
    epochs: int | None = None
    share_structures: bool = False


def read_user_table(path: Path) -> pd.DataFrame:
    """Read a CSV or TSV as text.

    Raises
    ------
    InputError : the file is missing, empty, no UTF-8, or no table.
    """
    if not path.is_file():
        raise InputError(f"{path}: no such file", "name a CSV or TSV table")
    try:
        text = path.read_text(encoding="utf-8-sig")
        if "\0" in text:
            raise InputError(f"{path}: binary data, not a table", "save it as CSV in UTF-8")
        separator = "\t" if path.suffix.lower() in (".tsv", ".tab") else ","
        header, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 at byte {error.start}", "save it in UTF-8") from error
    except (ValueError, csv.Error) as error:
        raise InputError(
            f"{path}: not a table ({error})", "save it as CSV with a header"
        ) from error
    rows = [row for row in rows if row]
    for number, row in enumerate(rows, start=1):
        if any(row[len(header) :]):
            raise TrainingDataError(
                f"{path}: row {number} has {len(row)} fields where the header has {len(header)}",
                "quote fields that hold a comma",
            )
    if not rows:
        raise TrainingDataError(f"{path}: too few rows: the table has none below its header")
    width = len(header)
    padded = [[*row, *[""] * (width - len(row))][:width] for row in rows]
    return pd.DataFrame(padded, columns=header, dtype=str)


def _check_columns(frame: pd.DataFrame, path: Path, options: TableOptions) -> None:
    wanted = [options.smiles_column, *options.targets]
    wanted += [options.split_column] if options.split_column else []
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        raise TrainingDataError(
            f"{path}: column {', '.join(map(repr, missing))} is missing",
            f"its columns are {', '.join(map(repr, frame.columns))}",
        )
    for name in options.targets:
        values = parse_labels(frame[name], options.kind, str(path)).dropna()
        if values.empty:
            raise TrainingDataError(f"{path}: too few rows: column {name!r} is empty")
        if values.nunique() == 1:
            raise TrainingDataError(
                f"{path}: all {len(values)} labels of column {name!r} (rows "
                f"{values.index[0] + 1} to {values.index[-1] + 1}) are one class, "
                f"{values.iloc[0]:g}",
                "a model needs both",
            )


def endpoint_id(column: str) -> str:
    """A column name as an endpoint id: odd characters become `_`."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "_", column).strip("_.-") or "target"


def _check_endpoints(targets: tuple[str, ...]) -> None:
    """Refuse targets whose endpoints could not stand beside each other in predictions."""
    if not targets:
        raise ConfigError("--targets names no column", "name the label columns, comma-separated")
    owner: dict[str, str] = dict.fromkeys(RESERVED_COLUMNS, "a column of every prediction")
    for target in targets:
        name = endpoint_id(target)
        for column in (name, *(name + suffix for suffix in ENDPOINT_SUFFIXES)):
            if column in owner:
                raise ConfigError(
                    f"target {target!r} would be predicted as {column!r}, which is {owner[column]}",
                    "rename the column",
                )
            owner[column] = f"that of target {target!r}"


def table_recipe(name: str, table: str, rows: int, options: TableOptions) -> Recipe:
    """The recipe that the arguments stand for; small tables get a small network."""
    small = rows < _SMALL_ROWS
    epochs = options.epochs or max(8, min(_MAX_EPOCHS, 200_000 // rows))
    return Recipe(
        name=name,
        description=f"Trained on {table}.",
        endpoints=tuple(
            EndpointRecipe(
                id=endpoint_id(target),
                kind=options.kind,
                unit="probability" if options.kind == "classification" else "as in the table",
                direction="as in the table",
                description=f"column {target} of {table}",
                threshold=0.5 if options.kind == "classification" else None,
                sources=(ColumnRef(table=table, column=target),),
            )
            for target in options.targets
        ),
        split=SplitRecipe(
            method="column" if options.split_column else "scaffold",
            column=options.split_column,
            seed=options.seed,
        ),
        network=NetworkRecipe(hidden=64, fingerprint_hidden=128, head_hidden=128)
        if small
        else NetworkRecipe(),
        training=TrainingRecipe(
            epochs=epochs, seed=options.seed, members=3 if options.split_column else 1
        ),
    )


def train_table(
    path: Path, output: Path, options: TableOptions, *, workers: int = 1, device: str = "cpu"
) -> Path:
    """Train a bundle on a table.

    Parameters
    ----------
    path : CSV or TSV with a header. output : bundle folder.

    Raises
    ------
    ConfigError : targets cannot be endpoints.
    InputError, TrainingDataError : the table cannot be used; nothing is written then.
    """
    _check_endpoints(options.targets)
    frame = read_user_table(path)
    _check_columns(frame, path, options)
    entry = TableEntry(
        name=path.name,
        path=path.name,
        sha256=file_digest(path),
        smiles_column=options.smiles_column,
        upstream=f"user's table {path.name}",
        licence="not stated (user's table)",
        redistributable=options.share_structures,
        citation="user's table",
    )
    recipe = table_recipe(output.name, path.name, len(frame), options)
    table = RawTable(
        frame, options.smiles_column, options.share_structures, options.share_structures
    )
    return train_bundle(
        recipe, {path.name: table}, {path.name: entry}, output, workers=workers, device=device
    )
