"""`screening models show`: a model in words."""

from __future__ import annotations

import click

from screening.bundles.check import Wanted, check_bundle
from screening.bundles.signature import trusted_keys
from screening.bundles.words import bundle_words, predictor_words
from screening.core.predictor_manifest import PREDICTOR_NAME, is_predictor, read_predictor
from screening.core.provenance import file_digest
from screening.predict.models import find_model


@click.command("show")
@click.argument("name")
def show_command(name: str) -> None:
    """Tell of the model NAME: where it is from, its endpoints, how good they are, and its card.

    NAME is a folder, or one under models/. Nothing of the model is run, and
    all of it is checked as `screening models verify` checks it.
    """
    folder = find_model(name)
    if is_predictor(folder):
        digest = file_digest(folder / PREDICTOR_NAME)
        lines = predictor_words(folder, read_predictor(folder), digest)
    else:
        wanted = Wanted(trusted=tuple(trusted_keys()))
        lines = bundle_words(folder, check_bundle(folder, wanted))
    for line in lines:
        click.echo(line)
