"""`screening models pull`: a bundle from a folder, a registry or the web, checked on its way."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from screening.bundles.carry import carry, copy_bundle
from screening.bundles.check import Wanted
from screening.cli.trust_options import trust_options
from screening.core.errors import InputError
from screening.core.one_line import one_line

_REGISTERED = re.compile(r"models:/(?P<name>[^/@]+)[/@](?P<version>[^/@]+)")


@click.command("pull")
@click.argument("source")
@click.option(
    "--output", required=True, type=click.Path(path_type=Path), help="What the bundle becomes."
)
@click.option(
    "--registry",
    type=click.Path(path_type=Path),
    default=Path("results"),
    show_default=True,
    help="Results whose MLflow registry is asked, where MLFLOW_TRACKING_URI names none.",
)
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
    if source.startswith("models:/"):
        found = _REGISTERED.fullmatch(source)
        if not found:
            raise InputError(
                f"{source}: no version of a registered model",
                "name models:/NAME@champion or models:/NAME/3",
            )
        return partial(_from_registry, found["name"], found["version"], registry)
    return partial(copy_bundle, Path(source))


def _from_registry(name: str, version: str, registry: Path, folder: Path) -> None:
    from screening.cli.registry_store import registry_store
    from screening.track.registry_read import pull_version

    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{folder.name}.") as scratch:
        bundle = pull_version(registry_store(registry), name, version, Path(scratch) / "bundle")
        copy_bundle(bundle, folder)
