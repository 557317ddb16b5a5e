"""`screening models promote`: a version becomes champion, if the gate lets it pass."""

from __future__ import annotations

from pathlib import Path

import click

from screening.cli.models_judge import show_judgement
from screening.cli.registry_store import output_option, registry_store, say
from screening.judge.judge import judge
from screening.track.promotion import promote


@click.command("promote")
@click.argument("name")
@click.option("--version", help="Version to promote [default: the challenger].")
@output_option
@click.pass_context
def promote_command(ctx: click.Context, *, name: str, version: str | None, output: Path) -> None:
    """Judge the challenger of the registered model NAME, and make it the champion if it passes.

    It has to be better than the champion on the same fixed test, and nothing guarded may be worse.
    Otherwise it is refused with the table of reasons, and this ends with code 1.
    """
    judged = promote(registry_store(output), name, version, judge, say)
    show_judgement(judged.judgement)
    number = judged.version.version
    before = f" in place of version {judged.champion.version}" if judged.champion else ""
    if judged.judgement.promoted:
        click.echo(f"{name} version {number} is champion{before}")
    else:
        click.echo(f"{name} version {number} is not promoted")
        ctx.exit(1)
