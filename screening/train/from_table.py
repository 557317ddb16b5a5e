"""Training on a table of the user's own."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from screening.core.bundle import (
    ENDPOINT_SUFFIXES,
    MOST_ENDPOINTS,
    RESERVED_COLUMNS,
    BundleManifest,
    Kind,
)
from screening.core.errors import ConfigError, InputError, TrainingDataError
from screening.core.marine_reference import MARINE_REFERENCE
from screening.core.prices import AccountingSettings
from screening.core.provenance import file_digest
from screening.core.training import SEED, Conflicts
from screening.train.assemble import RawTable
from screening.train.catalogue import TableEntry
from screening.train.labels import parse_labels
from screening.train.marine import MarineLibrary
from screening.train.recipe import (
    ColumnRef,
    EndpointRecipe,
    Found,
    NetworkRecipe,
    Recipe,
    SplitRecipe,
    TrainingRecipe,
)
from screening.train.run import Tables, train_bundle
from screening.train.units import check_units

# A table below this gets a small network that learns long: on 300 structures it is as good as what
# was found on Tox21, or better; on 1,200 with classes it overfits (docs/search.md).
_SMALL_ROWS = 1000
_SMALL = Found(
    network=NetworkRecipe(hidden=64, fingerprint_hidden=128, head_hidden=128, dropout=0.2),
    training=TrainingRecipe(epochs=40, batch_size=256, learning_rate=1e-3, weight_decay=1e-4),
)
# Networks see at most about this many structures, in no fewer than so many passes.
_SEEN, _LEAST_EPOCHS = 200_000, 8


@dataclass(frozen=True)
class TableOptions:
    """What the command line says about a table.

    name : of the model; None takes the bundle folder's. epochs : None chooses by the number of
    rows. found : the settings of a search; what they do not state is chosen as without them.
    marine : table of marine structures; None takes the bundled reference library.
    share_structures : keep SMILES and labels of the training structures in the bundle, so that
    nearest neighbours can be drawn, and vote.
    """

    smiles_column: str
    targets: tuple[str, ...]
    kind: Kind
    split: SplitRecipe
    name: str | None = None
    seed: int = SEED
    epochs: int | None = None
    found: Found | None = None
    conflicts: Conflicts = "refuse"
    marine: Path | None = None
    share_structures: bool = False


def read_user_table(path: Path) -> pd.DataFrame:
    """Read a CSV or TSV as text.

    Raises
    ------
    InputError : the file is missing, empty, no UTF-8, or no table.
    TrainingDataError : a column is named twice, a row is longer than the header, or there is none.
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
    twice = sorted({name for name in header if name.strip() and header.count(name) > 1})
    if twice:
        raise TrainingDataError(
            f"{path}: column {', '.join(map(repr, twice))} stands twice in the header",
            "rename or remove one of them",
        )
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
    wanted += [options.split.column] if options.split.column else []
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        raise TrainingDataError(
            f"{path}: column {', '.join(map(repr, missing))} is missing",
            f"its columns are {', '.join(map(repr, frame.columns))}",
        )
    for name in options.targets:
        check_units(frame, name, str(path))
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
    if len(targets) > MOST_ENDPOINTS:
        raise ConfigError(
            f"--targets names {len(targets)} columns, and a model has at most {MOST_ENDPOINTS}",
            "train several models",
        )
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


def table_recipe(name: str, frame: pd.DataFrame, table: str, options: TableOptions) -> Recipe:
    """The recipe that the arguments stand for; small tables get a small network."""
    found = _settings(len(frame), options)
    training = {"seed": options.seed}
    if options.epochs:
        training["epochs"] = options.epochs
    return Recipe(
        name=name,
        description=f"Trained on {table}.",
        endpoints=tuple(_endpoint(target, frame, table, options) for target in options.targets),
        split=options.split,
        network=found.network,
        training=found.training.model_copy(update=training),
        trees=found.trees,
        conflicts=options.conflicts,
    )


def _endpoint(
    target: str, frame: pd.DataFrame, table: str, options: TableOptions
) -> EndpointRecipe:
    is_class = options.kind == "classification"
    stated = check_units(frame, target, table)
    return EndpointRecipe(
        id=endpoint_id(target),
        kind=options.kind,
        unit="probability" if is_class else stated or "as in the table",
        direction="as in the table",
        description=f"column {target} of {table}",
        threshold=0.5 if is_class else None,
        sources=(ColumnRef(table=table, column=target),),
    )


def _settings(rows: int, options: TableOptions) -> Found:
    """What is stated; the rest is chosen by the number of rows."""
    settings = _chosen(rows, options).model_dump()
    stated = options.found.model_dump(exclude_unset=True) if options.found else {}
    return Found.model_validate(
        {section: {**values, **stated.get(section, {})} for section, values in settings.items()}
    )


def _chosen(rows: int, options: TableOptions) -> Found:
    found = _SMALL if rows < _SMALL_ROWS else Found()
    given = {
        "epochs": max(_LEAST_EPOCHS, min(found.training.epochs, _SEEN // rows)),
        "members": 3 if options.split.method == "column" else 1,
    }
    return found.model_copy(update={"training": found.training.model_copy(update=given)})


def recipe_of_table(path: Path, name: str, options: TableOptions) -> tuple[Recipe, RawTable]:
    """A CSV or TSV, and the recipe that the options stand for.

    Parameters
    ----------
    path : with a header. name : of the model.

    Raises
    ------
    ConfigError : targets cannot be endpoints.
    InputError, TrainingDataError : the table cannot be used.
    """
    _check_endpoints(options.targets)
    frame = read_user_table(path)
    _check_columns(frame, path, options)
    may_share = options.share_structures
    labels = RawTable(frame, options.smiles_column, may_share, may_share)
    return table_recipe(name, frame, path.name, options), labels


def train_table(
    path: Path,
    output: Path,
    options: TableOptions,
    *,
    test: Path | None = None,
    workers: int = 1,
    device: str = "cpu",
    prices: AccountingSettings | None = None,
) -> BundleManifest:
    """Train a bundle on a table.

    Parameters
    ----------
    path : CSV or TSV with a header. output : bundle folder. test, prices : see `train_bundle`.

    Raises
    ------
    ConfigError : targets cannot be endpoints.
    InputError, TrainingDataError : the table cannot be used; nothing is written then.
    """
    recipe, labels = recipe_of_table(path, options.name or output.name, options)
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
    tables = Tables({path.name: labels}, {path.name: entry}, marine_library(options.marine))
    return train_bundle(
        recipe, tables, output, test=test, workers=workers, device=device, prices=prices
    )


def marine_library(path: Path | None) -> MarineLibrary:
    """A table of marine structures, or the bundled one.

    Raises
    ------
    InputError, TrainingDataError : the table cannot be used.
    """
    frame = read_user_table(path or MARINE_REFERENCE)
    columns = [name for name in frame.columns if name.strip().casefold() == "smiles"]
    if not columns:
        raise TrainingDataError(
            f"{path}: no column smiles", f"its columns are {', '.join(map(repr, frame.columns))}"
        )
    name = path.name if path else "the bundled marine reference library"
    return MarineLibrary(name, RawTable(frame, columns[0], share_structures=False))
