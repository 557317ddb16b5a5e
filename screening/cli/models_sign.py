"""`screening models sign`: vouch for a bundle."""

from __future__ import annotations

from pathlib import Path

import click

from screening.bundles.check import check_names
from screening.bundles.signature import sign
from screening.core.bundle import SIGNATURE_NAME, read_bundle


@click.command("sign")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option(
    "--key",
    required=True,
    type=click.Path(path_type=Path),
    help="Ed25519 private key (PEM), as of `openssl genpkey -algorithm ed25519`.",
)
def sign_command(*, bundle: Path, key: Path) -> None:
    """Sign the model in the folder BUNDLE: writes bundle.json.sig beside bundle.json.

    All files are checked first. An earlier signature is replaced.
    """
    check_names(bundle, read_bundle(bundle).files)
    click.echo(f"{bundle / SIGNATURE_NAME}: signed with key {sign(bundle, key)}")
