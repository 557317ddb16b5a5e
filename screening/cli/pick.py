"""`screening pick`: the candidates of a screened library that go to assay."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from screening.cli.compute_options import stats_option
from screening.cli.stage_settings import settings_from
from screening.core.accounting import account, write_stats
from screening.core.picking import PickSettings
from screening.pick.library import pick_candidates

# Why candidates are left out, in words.
_LEFT_OUT = {
    "n_rejected": "rejected before",
    "n_advanced": "advanced before",
    "n_assayed": "assayed before",
    "n_quarantined": "in quarantine",
    "n_other_tier": "of a tier that pick.tiers does not admit",
    "n_capped": "whose scaffold or genus has its share",
    "n_alike": "too like a pick",
    "n_behind": "behind in rank",
}


@click.command("pick")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--settings", default="{}", help="Settings `pick`, as JSON.")
@stats_option
def pick_command(*, folder: Path, settings: str, stats: Path | None) -> None:
    """Pick candidates for assay from FOLDER, which holds the ranking of one screened library.

    Reads ranking.parquet, and writes pick.parquet, the plate map pick.csv and the structures
    pick.sdf.
    """
    parsed = settings_from(PickSettings, settings)
    with account() as cost:
        counts = pick_candidates(folder / "ranking.parquet", folder / "pick.parquet", parsed)
    if stats:
        write_stats(stats, cost, counts)
    click.echo(f"[pick] {_told(counts, parsed.size)}", err=True)


def _told(counts: Mapping[str, int], wanted: int) -> str:
    n = counts["n_picked"]
    picked = f"{n:,} picked" if n == wanted else f"only {n:,} of {wanted:,} picked"
    left = [f"{counts[name]:,} {words}" for name, words in _LEFT_OUT.items() if counts[name]]
    return (
        f"{picked} of {counts['n_ranked']:,} ranked: {counts['n_exploit']:,} for their score, "
        f"{counts['n_explore']:,} to explore; left out: {', '.join(left) or 'none'}"
    )
