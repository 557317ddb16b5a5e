"""`screening run`: a whole screen, a thin call of the workflow."""

from __future__ import annotations

import json
from pathlib import Path

import click

from screening.cli.screen_inputs import (
    named_libraries,
    with_absolute_paths,
    with_catalogue,
    with_corrections,
    with_taxa,
)
from screening.cli.screen_models import with_models, with_registered
from screening.cli.workflow import run_workflow
from screening.core.compute import default_workers
from screening.core.config import ScreenConfig, load_config
from screening.core.decisions_table import DECISIONS_CSV, read_decisions
from screening.report.closing import closing_text


@click.command("run")
@click.argument("libraries", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--sheet",
    "sheet_file",
    type=click.Path(path_type=Path),
    help="Library sheet, instead of LIBRARIES: a TSV with the columns library and path.",
)
@click.option("--output", required=True, type=click.Path(path_type=Path), help="Results folder.")
@click.option("--config", "config_file", type=click.Path(path_type=Path), help="YAML settings.")
@click.option("--cores", type=click.IntRange(min=1), help="Cores to use [default: all].")
@click.option(
    "--corrections",
    type=click.Path(path_type=Path),
    help="Rejects with corrected structures (DIR/LIBRARY/rejects.csv, filled in).",
)
def run_command(
    *,
    libraries: tuple[Path, ...],
    sheet_file: Path | None,
    output: Path,
    config_file: Path | None,
    cores: int | None,
    corrections: Path | None,
) -> None:
    """Screen LIBRARIES (SMILES, tables, Excel, SDF, folders, archives) into a ranked list."""
    config = load_config(config_file) if config_file else ScreenConfig()
    if (output / DECISIONS_CSV).is_file():
        read_decisions(output / DECISIONS_CSV)  # what is wrong in it is told before the work
    config = with_registered(with_absolute_paths(config), output)
    config = with_taxa(with_models(config))
    sheet = with_catalogue(named_libraries(libraries, sheet_file), config)
    sheet = with_corrections(sheet, output, corrections, config.ingest)
    run_workflow(sheet, output, config, cores or default_workers())
    for library in sheet:
        folder = output / library.name
        summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
        click.echo(closing_text(summary, folder))
