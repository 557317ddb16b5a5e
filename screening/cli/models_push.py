"""`screening models push`: a bundle to a folder or to the MLflow registry."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from screening.bundles.carry import carry, copy_bundle
from screening.bundles.check import Wanted
from screening.bundles.signature import trusted_keys
from screening.cli.registry_store import registry_option
from screening.core.addresses import public_uri
from screening.core.bundle import REGISTRY, read_manifest
from screening.core.errors import ConfigError, InputError
from screening.core.one_line import one_line
from screening.predict.models import find_model

_PATH = click.Path(path_type=Path)


@click.command("push")
@click.argument("bundle")
@click.argument("target")
@click.option("--test", type=_PATH, help="The bundle's fixed test; the registry asks for it.")
@registry_option
@click.pass_context
def push_command(
    ctx: click.Context, *, bundle: str, target: str, test: Path | None, registry: Path
) -> None:
    """Copy BUNDLE to the new folder TARGET, or register it where TARGET is `models:/`.

    Every file is checked on the way. A folder that a web server shows can be pulled by its address.
    """
    folder = find_model(bundle)
    if target.startswith(REGISTRY):
        own = read_manifest(folder).name
        if target.removeprefix(REGISTRY) not in ("", own):
            raise ConfigError(
                f"{target}: a bundle is registered under its own name",
                f"push it to {REGISTRY}{one_line(own, 100)}",
            )
        if test is None:
            raise ConfigError(
                "the registry measures each version on its fixed test",
                "name it with --test (`screening train --test` wrote it)",
            )
        from screening.cli.models_register import register_command

        ctx.invoke(register_command, bundle=folder, test=test, output=registry)
        return
    if "://" in target:
        raise InputError(
            f"{public_uri(target)}: cannot be written to",
            "push to a folder, or to models:/, the registry",
        )
    wanted = Wanted(trusted=tuple(trusted_keys()))
    checked = carry(partial(copy_bundle, folder), Path(target), wanted)
    click.echo(f"{target}: {checked.told()}, SHA-256 of bundle.json: {checked.digest}")
