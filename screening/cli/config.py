"""`screening config`: show or write the default configuration and its JSON schema."""

from __future__ import annotations

from pathlib import Path

import click

from screening.core.config import default_yaml, json_schema, profile_yaml
from screening.core.profiles import PROFILES


@click.command("config")
@click.option(
    "--write",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write config.yaml and schema.json into this folder.",
)
@click.option(
    "--profile",
    type=click.Choice(list(PROFILES)),
    help="Print what this profile of the ranking wishes, as a configuration to start from.",
)
def config_command(folder: Path | None, profile: str | None) -> None:
    """Print the default configuration, or write it with its JSON schema."""
    if profile is not None:
        click.echo(profile_yaml(profile), nl=False)
        return
    if folder is None:
        click.echo(default_yaml(), nl=False)
        return
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yaml").write_text(default_yaml(), encoding="utf-8")
    (folder / "schema.json").write_text(json_schema(), encoding="utf-8")
