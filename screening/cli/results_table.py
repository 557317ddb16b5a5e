"""`screening results table`: assay results as a table to train on."""

from __future__ import annotations

from pathlib import Path

import click

from screening.results.training_table import TableRequest, Written, write_training_table

_PATH = click.Path(path_type=Path)


@click.command("table")
@click.option("--endpoint", required=True, help="What was measured, as it was imported.")
@click.option("--output", required=True, type=_PATH, help="Training table to write (CSV).")
@click.option(
    "--threshold",
    help="Such as '10 µM' or '50 %': label 1 what is at least as active, and 0 the rest. "
    "Without it, the label is −log10 mol/L, or the percentage.",
)
@click.option("--target", help="Name of the label column [default: after the endpoint].")
@click.option("--with", "previous", type=_PATH, help="Training table whose other rows are kept.")
@click.option("--smiles-column", default="smiles", show_default=True, help="Its structures.")
@click.option(
    "--results",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("results"),
    show_default=True,
    help="Folder of screens, into which results were imported.",
)
def table_command(
    *,
    endpoint: str,
    output: Path,
    threshold: str | None,
    target: str | None,
    previous: Path | None,
    smiles_column: str,
    results: Path,
) -> None:
    """Write the assay results of an endpoint as a table for `screening train`.

    One row a structure: smiles, the label, structure_id, date, n_replicates and spread. Replicates
    are merged by the median. A censored value such as >50 µM counts where it decides the label,
    and is left out where it does not.
    """
    request = TableRequest(endpoint, threshold, target, previous, smiles_column)
    written = write_training_table(results, output, request)
    for reason, n in sorted(written.left_out.items()):
        click.echo(f"left out: {n:,} ({reason})", err=True)
    click.echo(f"{output}: {_told(written)}")
    kind = "regression" if threshold is None else "classification"
    click.echo(
        f"next: screening train {output} --smiles-column {smiles_column} "
        f"--targets {written.column} --kind {kind} --output BUNDLE"
    )


def _told(written: Written) -> str:
    told = [f"{written.n_rows:,} rows", f"{written.n_new:,} measured"]
    if written.n_active is not None:
        told[1] += f" ({written.n_active:,} active)"
    if written.n_replaced:
        told.append(f"{written.n_replaced:,} of the previous table replaced")
    return ", ".join(told)
