"""`screening models pull`: a bundle from a folder, a registry or the web, checked on its way."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from screening.bundles.carry import carry, copy_bundle
from screening.bundles.check import Wanted
from screening.cli.registered_bundles import address_version, fetch_version
from screening.cli.registry_store import registry_option, registry_store
from screening.cli.trust_options import trust_options
from screening.core.addresses import public_uri
from screening.core.bundle import REGISTRY
from screening.core.errors import InputError
from screening.core.one_line import one_line


@click.command("pull")
@click.argument("source")
@click.option(
    "--output", required=True, type=click.Path(path_type=Path), help="What the bundle becomes."
)
@registry_option
@trust_options
def pull_command(*, source: str, output: Path, registry: Path, wanted: Wanted) -> None:
    """Bring a bundle into a folder of its own, checked against its digests and signature.

    SOURCE is a folder, `models:/NAME@champion` or `models:/NAME/3` of the MLflow registry, or the
    address of a folder on the web, `https://host/toxicity/`.
    """
    checked = carry(_filler(source, registry), output, wanted)
    manifest = checked.manifest
    what = one_line(f"{manifest.name} {manifest.version}", 200)
    click.echo(f"{output}: {what}, {len(manifest.endpoints)} endpoints, {checked.told()}")
    click.echo(f"SHA-256 of bundle.json: {checked.digest}")


def _filler(source: str, registry: Path) -> Callable[[Path], object]:
    if source.startswith(("http://", "https://")):
        from screening.bundles.download import download_bundle

        return partial(download_bundle, source)
    if source.startswith(REGISTRY):
        store = registry_store(registry)
        return partial(fetch_version, store, address_version(store, source))
    if "://" in source:
        raise InputError(
            f"{public_uri(source)}: bundles are not fetched that way", "give http:// or https://"
        )
    return partial(copy_bundle, Path(source))
