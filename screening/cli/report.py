"""`screening report`: the HTML report of a screened library."""

from __future__ import annotations

from pathlib import Path

import click

from screening.cli.stage_settings import settings_from
from screening.core.accounting import account, write_stats
from screening.core.config import ReportSettings, ScreenConfig
from screening.core.prices import AccountingSettings
from screening.core.provenance import PROJECT
from screening.report.curation.page import write_curation
from screening.report.summary import write_summary

_COUNTS = ("n_records", "n_compounds", "n_rejects", "n_structures", "n_ranked")


@click.command("report")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="[default: FOLDER/report.html]")
@click.option("--library", help="Name of the library [default: that of the folder].")
@click.option("--settings", help="Settings `report`, as JSON [default: the configuration's].")
@click.option(
    "--config", help="The configuration, as JSON [default: config.json of the screen's output]."
)
@click.option("--prices", help="Settings `accounting`, as JSON [default: the configuration's].")
@click.option("--config-digest", default="", help="Digest of the configuration.")
@click.option(
    "--models",
    "bundles",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Bundles whose cards are quoted [default: those in models/].",
)
@click.option("--stats", type=click.Path(path_type=Path), help="Where to write cost and counts.")
def report_command(
    *,
    folder: Path,
    output: Path | None,
    library: str | None,
    settings: str | None,
    config: str | None,
    prices: str | None,
    config_digest: str,
    bundles: tuple[Path, ...],
    stats: Path | None,
) -> None:
    """Write the report of the screened library in FOLDER, and `curation.html` beside it.

    Leaves a summary in FOLDER/stages/report/summary.json, to which `screening track` adds the run.
    """
    # The map of chemical space brings scikit-learn, for which `--help` shall not wait.
    from screening.report.report import Origin, write_report

    told = _configuration(folder, config)
    chosen = settings_from(ReportSettings, settings) if settings else _report_settings(told)
    origin = Origin(
        library or folder.resolve().name,
        bundles or tuple(sorted((PROJECT / "models").glob("*"))),
        config_digest,
        config=told,
        prices=_prices(told, prices),
    )
    page = output or folder / "report.html"
    with account() as cost:
        curation = write_curation(folder, page, origin.library)
        facts = write_report(folder, page, chosen, origin)
        write_summary(folder / "stages/report/summary.json", facts)
    if stats:
        write_stats(stats, cost, {name: facts[name] for name in _COUNTS})
    click.echo(f"[report] {page} and {curation.name} written", err=True)


def _configuration(folder: Path, text: str | None) -> ScreenConfig | None:
    """The configuration as given, else as `screening run` left it in the output."""
    if text is not None:
        return settings_from(ScreenConfig, text, "--config")
    left = folder.resolve().parent / "config.json"
    if not left.is_file():
        return None
    return settings_from(ScreenConfig, left.read_text(encoding="utf-8"), str(left))


def _prices(config: ScreenConfig | None, text: str | None) -> AccountingSettings:
    if text is not None:
        return settings_from(AccountingSettings, text, "--prices")
    return config.accounting if config else AccountingSettings()


def _report_settings(config: ScreenConfig | None) -> ReportSettings:
    return config.report if config else ReportSettings()
