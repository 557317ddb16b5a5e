"""`screening results import`: what the bench measured comes back."""

from __future__ import annotations

from pathlib import Path

import click

from screening.core.assays_table import ASSAYS_FILE
from screening.results.import_results import import_results


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("results"),
    show_default=True,
    help="Folder of the screens whose compounds were assayed.",
)
@click.option("--replace", is_flag=True, help="FILE was corrected: take its former rows out.")
def import_command(*, file: Path, output: Path, replace: bool) -> None:
    """Import assay results from FILE, a CSV, into OUTPUT/assays.parquet.

    Columns: structure_id, compound_id or smiles; endpoint (what was measured); value, such as 5.2
    or >50; unit (M, mM, µM, nM, pM, µg/mL, mg/L, %), unless it stands beside the value; and, if
    there, relation, assay_id (or replicate), date and note. If anything is wrong, the lines are
    named and nothing is imported. What was imported before is not added again.
    """
    done = import_results(file, output, replace=replace)
    if done.unused:
        names = ", ".join(repr(name[:80]) for name in done.unused[:20])
        click.echo(f"not read: column {names}", err=True)
    for line in done.disagreeing:
        click.echo(f"replicates disagree: {line}", err=True)
    if done.n_without_structure:
        click.echo(
            f"{done.n_without_structure:,} of structures that no screen holds; give their SMILES, "
            "or nothing can be learned from them",
            err=True,
        )
    told = [f"{done.n_new:,} new", f"{done.n_known:,} there already"]
    told += [f"{done.n_removed:,} taken out"] if done.n_removed else []
    told += [f"{done.n_blank:,} without a value"] if done.n_blank else []
    click.echo(f"{output / ASSAYS_FILE}: {', '.join(told)}")
