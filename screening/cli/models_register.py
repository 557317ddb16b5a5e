"""`screening models register`: a bundle becomes a version in MLflow's registry."""

from __future__ import annotations

from pathlib import Path

import click

from screening.cli.registered import judge_registered, register
from screening.cli.registry_store import output_option
from screening.core.errors import ConfigError

_PATH = click.Path(path_type=Path)


@click.command("register")
@click.argument("bundle", type=_PATH)
@click.option(
    "--test",
    required=True,
    type=_PATH,
    help="The fixed test that `screening train --test` wrote.",
)
@click.option(
    "--promote", "judged", is_flag=True, help="Let the gate promote or refuse it at once."
)
@click.option(
    "--save",
    type=_PATH,
    help="With --promote, file for the judgement as well: .json, or .md.",
)
@output_option
def register_command(
    *, bundle: Path, test: Path, judged: bool, save: Path | None, output: Path
) -> None:
    """Register the model bundle in the folder BUNDLE under its own name, as the challenger.

    The same bundle is registered once. It is measured on its fixed test, of which it must not have
    learned anything. With --promote a refusal is told and is no error.
    """
    if save is not None and not judged:
        raise ConfigError(
            "--save names a file for a judgement, and none is asked for", "add --promote"
        )
    made = register(bundle, test, output)
    if judged:
        judge_registered(made, output, save)
