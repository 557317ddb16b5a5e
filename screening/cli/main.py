"""The `screening` command: loads each subcommand when it is called, turns errors into one line."""

from __future__ import annotations

import sys

import click

from screening import __version__
from screening.cli.lazy import LazyCommands
from screening.core.disk import is_full
from screening.core.errors import ScreeningError

# Command → module and object. Modules are imported when called: torch alone takes seconds.
COMMANDS = {
    "fetch": "screening.cli.fetch:fetch_command",
    "run": "screening.cli.run:run_command",
    "config": "screening.cli.config:config_command",
    "ingest": "screening.cli.ingest:ingest_command",
    "standardise": "screening.cli.standardise:standardise_command",
    "describe": "screening.cli.describe:describe_command",
    "describe-structures": "screening.cli.describe:describe_structures_command",
    "predict": "screening.cli.predict:predict_command",
    "predict-structures": "screening.cli.predict:predict_structures_command",
    "endpoints": "screening.cli.endpoints:endpoints_command",
    "explain": "screening.cli.explain:explain_command",
    "ledger": "screening.cli.ledger:ledger_command",
    "curate": "screening.cli.curate:curate_command",
    "dereplicate": "screening.cli.dereplicate:dereplicate_command",
    "rank": "screening.cli.rank:rank_command",
    "pick": "screening.cli.pick:pick_command",
    "compare": "screening.cli.compare:compare_command",
    "explain-candidates": "screening.cli.explain:explain_candidates_command",
    "report": "screening.cli.report:report_command",
    "track": "screening.cli.track:track_command",
    "initialise-tracking": "screening.cli.track:initialise_tracking_command",
    "sync": "screening.cli.sync:sync_command",
    "decisions": "screening.cli.decisions:decisions_command",
    "ui": "screening.cli.ui:ui_command",
    "train": "screening.cli.train:train_command",
    "search": "screening.cli.search:search_command",
    "models": "screening.cli.models:models_group",
    "results": "screening.cli.results:results_group",
    "benchmark": "screening.cli.benchmark:benchmark_command",
}


@click.group(
    cls=LazyCommands,
    commands_of=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="screening")
def screening() -> None:
    """Find, in a library of marine natural products, the molecules worth an assay."""


def main() -> None:
    """Entry point: a `ScreeningError` becomes one line on stderr and exit code 2."""
    try:
        screening.main(standalone_mode=True)
    except ScreeningError as error:
        print(f"error: {error.line()}", file=sys.stderr)
        sys.exit(2)
    except OSError as problem:
        if not is_full(problem):
            raise
        print(f"error: the disk is full ({problem}); make room", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
