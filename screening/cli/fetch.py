"""`screening fetch`: published libraries and tables, checked and with their terms."""

from __future__ import annotations

from pathlib import Path

import click

from screening.core.cache import CACHE_VARIABLE, MIRROR_VARIABLE, cache_folder
from screening.core.catalogue import CATALOGUE, Catalogue, read_catalogue
from screening.core.catalogue_entry import Entry
from screening.core.errors import ConfigError
from screening.fetch.fetch import check_terms, fetch
from screening.fetch.listing import list_catalogue
from screening.fetch.terms import describe

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("fetch")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--list", "listed", is_flag=True, help="Show what the catalogue holds.")
@click.option(
    "--mirror",
    type=_FOLDER,
    envvar=MIRROR_VARIABLE,
    show_envvar=True,
    help="Folder that holds the files under the paths of the catalogue.",
)
@click.option(
    "--cache",
    type=_FOLDER,
    envvar=CACHE_VARIABLE,
    show_envvar=True,
    help="Folder to keep files in [default: the user's cache folder].",
)
@click.option(
    "--accept-non-commercial",
    is_flag=True,
    help="Accept licences that forbid commercial use; needed in each call.",
)
@click.option(
    "--catalogue",
    "catalogue_file",
    type=click.Path(path_type=Path),
    default=CATALOGUE,
    help="Another catalogue [default: the project's].",
)
def fetch_command(
    *,
    names: tuple[str, ...],
    listed: bool,
    mirror: Path | None,
    cache: Path | None,
    accept_non_commercial: bool,
    catalogue_file: Path,
) -> None:
    """Get published libraries and tables by NAME; prints the path of each file.

    Paths go to standard output, everything else to standard error.
    """
    catalogue = read_catalogue(catalogue_file)
    folder = cache_folder(cache)
    if listed:
        click.echo("\n".join(list_catalogue(catalogue, folder)))
        return
    if not names:
        raise ConfigError("fetch needs a NAME", "`screening fetch --list` shows them")
    entries = [catalogue.find(name) for name in dict.fromkeys(names)]
    # All names and terms are checked before the first byte is fetched.
    for entry in entries:
        check_terms(entry, accept_non_commercial)
    for entry in entries:
        _fetch_one(catalogue, entry, folder, mirror, accept_non_commercial)


def _fetch_one(
    catalogue: Catalogue, entry: Entry, cache: Path, mirror: Path | None, accepted: bool
) -> None:
    fetched = fetch(entry, cache, mirror, accepted, say=_say)
    kind = catalogue.kinds[entry.name]
    click.echo("\n".join(describe(entry, kind, fetched)), err=True)
    click.echo(str(fetched.path))


def _say(line: str) -> None:
    click.echo(f"[fetch] {line}", err=True)
