"""A new bundle into the registry and through the gate, for `train --register` and `register`."""

from __future__ import annotations

from pathlib import Path

import click

from screening.cli.models_judge import save_judgement, show_judgement
from screening.cli.registry_store import registry_store, say
from screening.core.fixed_test import read_fixed_test
from screening.judge.judge import fixed_test_metrics, judge
from screening.track.kept_judgements import promoting_judgement
from screening.track.promotion import promote
from screening.track.register import Registered, register_bundle
from screening.track.registry_read import CHAMPION
from screening.track.store import is_made, open_store


def check_registry(output: Path) -> None:
    """Open the registry, if there is one already.

    Raises
    ------
    ConfigError : it cannot be used, or does not answer.
    """
    store = registry_store(output)
    if is_made(store.uri):
        open_store(store.uri)


def register(bundle: Path, test: Path, output: Path) -> Registered:
    """Register a bundle as the challenger, and say so."""
    store = registry_store(output)
    on_test = fixed_test_metrics(bundle, read_fixed_test(test))
    made = register_bundle(bundle, test, store, on_test, say)
    version = made.version
    what = "registered as" if made.is_new else "is registered already:"
    aliases = f" ({', '.join(version.aliases)})" if version.aliases else ""
    click.echo(f"{bundle} {what} {version.name} version {version.version}{aliases}")
    return made


def judge_registered(made: Registered, output: Path, save: Path | None = None) -> None:
    """Let the gate promote or refuse a registered version; it is told and kept, and no error.

    The champion is not judged again: what is saved is the judgement by which it became champion.
    """
    store, version = registry_store(output), made.version
    name, number = version.name, version.version
    if CHAMPION in version.aliases:
        click.echo(f"{name} version {number} is the champion already")
        if save is not None:
            save_judgement(promoting_judgement(store, version), save)
        return
    judgement = promote(store, name, str(number), judge, say).judgement
    show_judgement(judgement)
    if save is not None:
        save_judgement(judgement, save)
    said = "is champion" if judgement.promoted else "is not promoted"
    click.echo(f"{name} version {number} {said}")
