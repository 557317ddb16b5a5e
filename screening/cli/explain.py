"""`screening explain`: which atoms make a prediction; `explain-candidates`: those of the best."""

from __future__ import annotations

from pathlib import Path

import click

from screening.cli.models_option import DEFAULT_MODELS, models_option
from screening.cli.stage_settings import settings_from
from screening.core.accounting import account, write_stats
from screening.core.config import ReportSettings
from screening.core.disk import writing


@click.command("explain")
@click.argument("smiles")
@click.option("--endpoint", required=True, help="Endpoint to explain, such as ames.")
@models_option
@click.option("--output", type=click.Path(path_type=Path), help="SVG file to draw.")
def explain_command(
    *, smiles: str, endpoint: str, models: tuple[str, ...], output: Path | None
) -> None:
    """Say what each atom of SMILES adds to a predicted value, strongest first."""
    from screening.chem.contribution_drawing import draw_contributions
    from screening.predict.explain import explain

    found = explain(smiles, endpoint, models)
    click.echo(f"{found.smiles}")
    click.echo(f"{endpoint} {found.value:.3g} ± {found.std:.2g} ({found.unit}), {found.verdict}")
    click.echo(f"what each atom adds, {found.scale}:")
    order = sorted(range(len(found.symbols)), key=lambda atom: -abs(found.contributions[atom]))
    for atom in order:
        click.echo(f"{atom + 1:>4} {found.symbols[atom]:<2} {found.contributions[atom]:+.3f}")
    if output:
        with writing(output):
            output.write_text(
                draw_contributions(found.smiles, found.contributions), encoding="utf-8"
            )


@click.command("explain-candidates")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--settings", default="{}", help="Settings `report`, as JSON.")
@click.option(
    "--models",
    "bundles",
    multiple=True,
    help="Bundles that predicted [default: those in models/].",
)
@click.option("--stats", type=click.Path(path_type=Path), help="Where to write cost and counts.")
def explain_candidates_command(
    *, folder: Path, settings: str, bundles: tuple[str, ...], stats: Path | None
) -> None:
    """Say which atoms of the best candidates in FOLDER make the prediction that weighs most.

    Reads ranking.parquet and writes explanations.parquet, which the report draws.
    """
    from screening.predict.explain_candidates import explain_candidates

    chosen = settings_from(ReportSettings, settings)
    models = bundles or DEFAULT_MODELS
    with account() as cost:
        n = explain_candidates(
            folder / "ranking.parquet", models, folder / "explanations.parquet", chosen.explained
        )
    if stats:
        write_stats(stats, cost, {"n_explained": n})
    click.echo(f"[explain] {n:,} candidates explained", err=True)
