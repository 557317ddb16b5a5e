"""`screening models judge`: what the gate would say; changes nothing."""

from __future__ import annotations

from pathlib import Path

import click

from screening.cli.registry_store import output_option, registry_store
from screening.core.errors import ConfigError
from screening.core.fixed_test import read_fixed_test
from screening.core.judgement import Judgement
from screening.core.partitions import write_text
from screening.judge.judge import judge
from screening.track.judgement_fields import judgement_markdown


@click.command("judge")
@click.argument("name")
@click.argument("champion", required=False, type=click.Path(path_type=Path))
@click.option("--version", help="Version to judge [default: the challenger].")
@click.option(
    "--test", type=click.Path(path_type=Path), help="Fixed test, where folders are judged."
)
@click.option(
    "--save",
    type=click.Path(path_type=Path),
    help="File for the judgement as well: .json, or .md.",
)
@output_option
@click.pass_context
def judge_command(
    ctx: click.Context,
    *,
    name: str,
    champion: Path | None,
    version: str | None,
    test: Path | None,
    save: Path | None,
    output: Path,
) -> None:
    """Judge the challenger of the registered model NAME against its champion; changes nothing.

    With --test, NAME is a bundle's folder and CHAMPION that of another, and no registry is asked;
    without CHAMPION it is held against the base value. Ends with code 1 where it would be refused.
    """
    if test is not None:
        judgement = judge(Path(name), champion, read_fixed_test(test))
    elif champion is not None:
        raise ConfigError("two folders are judged on a fixed test", "name it with --test")
    else:
        from screening.track.promotion import judge_version

        judgement = judge_version(registry_store(output), name, version, judge).judgement
    show_judgement(judgement)
    if save is not None:
        text = judgement_markdown(judgement) if save.suffix == ".md" else judgement.to_json()
        write_text(save, text)
    if not judgement.promoted:
        ctx.exit(1)


def show_judgement(judgement: Judgement) -> None:
    """The table of reasons, and the decision below it."""
    for line in judgement.terminal_lines():
        click.echo(line)
