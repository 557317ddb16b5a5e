"""`screening models register`: a bundle becomes a version in MLflow's registry."""

from __future__ import annotations

from pathlib import Path

import click

from screening.cli.registry_store import output_option, registry_store, say
from screening.core.fixed_test import read_fixed_test
from screening.judge.judge import fixed_test_metrics
from screening.track.register import register_bundle

_PATH = click.Path(path_type=Path)


@click.command("register")
@click.argument("bundle", type=_PATH)
@click.option(
    "--test",
    required=True,
    type=_PATH,
    help="The fixed test that `screening train --test` wrote.",
)
@output_option
def register_command(bundle: Path, test: Path, output: Path) -> None:
    """Register the model bundle in the folder BUNDLE under its own name, as the challenger.

    The same bundle is registered once. It is measured on its fixed test, of which it must not have
    learned anything.
    """
    store = registry_store(output)
    on_test = fixed_test_metrics(bundle, read_fixed_test(test))
    made = register_bundle(bundle, test, store, on_test, say)
    version = made.version
    what = "registered as" if made.is_new else "is registered already:"
    aliases = f" ({', '.join(version.aliases)})" if version.aliases else ""
    click.echo(f"{bundle} {what} {version.name} version {version.version}{aliases}")
