"""`screening models verify`: is a bundle what it promises, and who says so?"""

from __future__ import annotations

import click

from screening.bundles.check import Wanted, check_bundle
from screening.cli.trust_options import trust_options
from screening.core.errors import BundleError
from screening.core.one_line import one_line
from screening.core.predictor_manifest import is_predictor
from screening.predict.models import find_model


@click.command("verify")
@click.argument("bundle")
@trust_options
def verify_command(*, bundle: str, wanted: Wanted) -> None:
    """Check every digest of BUNDLE and its signature; ends with code 2 where something is wrong."""
    folder = find_model(bundle)
    if is_predictor(folder):
        raise BundleError(
            f"{folder}: a third party's predictor, whose code no digest covers",
            "trust it as you trust whoever wrote and installed it",
        )
    checked = check_bundle(folder, wanted)
    manifest = checked.manifest
    click.echo(
        f"{folder}: {one_line(f'{manifest.name} {manifest.version}', 200)}: "
        f"all {len(manifest.files)} files are as bundle.json says"
    )
    click.echo(f"SHA-256 of bundle.json: {checked.digest}")
    click.echo(checked.told())
