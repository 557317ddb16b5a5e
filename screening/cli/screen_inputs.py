"""What a screen finds out about its inputs before it begins: licences, taxa, corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from screening.core.cache import cache_folder, mirror_form, published_form
from screening.core.catalogue import Catalogue, read_catalogue
from screening.core.config import IngestSettings, ScreenConfig
from screening.core.errors import ConfigError, InputError
from screening.core.library_sheet import Library, check_readable, libraries_of, read_sheet
from screening.core.provenance import file_digest
from screening.ingest.file_settings import FileSettings
from screening.ingest.kept_corrections import KEPT, keep_corrections

TAXA = "worms"


def named_libraries(paths: Sequence[Path], sheet: Path | None) -> list[Library]:
    """The libraries to screen: each path one, or those of a library sheet.

    Raises
    ------
    ConfigError : neither or both are given, or the sheet is not valid.
    InputError : a path is missing or empty.
    """
    if bool(paths) == (sheet is not None):
        raise ConfigError(
            "screening run: name libraries, or a library sheet (--sheet)", "give one of the two"
        )
    if sheet is None:
        return libraries_of(paths)
    libraries = read_sheet(sheet)
    for library in libraries:
        for path in library.paths:
            check_readable(path)
    return [_absolute(library) for library in libraries]


def _absolute(library: Library) -> Library:
    """A library of a sheet with paths that hold in any working folder."""
    stated = {path.resolve(): dict(own) for path, own in library.stated.items()}
    for own in stated.values():
        if "corrections" in own:
            own["corrections"] = str(Path(own["corrections"]).resolve())
    return Library(library.name, tuple(path.resolve() for path in library.paths), stated)


def with_catalogue(libraries: Sequence[Library], config: ScreenConfig) -> list[Library]:
    """The libraries; files that are in the catalogue with the licence and columns it states.

    What the configuration states comes before.
    """
    catalogue = read_catalogue()
    return [
        replace(
            library,
            stated={
                path: _stated(path, library, catalogue, config.ingest) for path in library.paths
            },
        )
        for library in libraries
    ]


def _stated(
    path: Path, library: Library, catalogue: Catalogue, settings: IngestSettings
) -> dict[str, Any]:
    """What is stated of a file: by the library sheet, else by the catalogue."""
    stated = dict(library.stated.get(path, {}))
    digest = file_digest(path) if path.is_file() else ""
    entry = catalogue.of_digest(digest)
    if entry is not None:
        click.echo(f"[run] {path.name} is {entry.what}; {entry.licence}", err=True)
        if settings.licence is None:
            stated.setdefault("licence", entry.licence)
        if not settings.columns and digest == entry.mirror.sha256:
            stated.setdefault("columns", dict(entry.mirror.columns))
    return stated


def with_taxa(config: ScreenConfig) -> ScreenConfig:
    """The configuration with the taxa that were fetched, where it names none.

    Raises
    ------
    InputError : the table that it names is not there.
    """
    stated = config.curate.taxa
    if stated is not None:
        taxa = Path(stated).resolve()
        if not taxa.is_file():
            raise InputError(f"curate.taxa: {stated}: no such file", "try `screening fetch worms`")
    else:
        entry = read_catalogue().find(TAXA)
        forms = [mirror_form(entry), *filter(None, [published_form(entry)])]
        places = [cache_folder() / form.place for form in forms]
        found = next((path for path in places if path.is_file()), None)
        if found is None:
            return config
        taxa = found
        click.echo(f"[run] marine taxa from {taxa}", err=True)
    curate = config.curate.model_copy(update={"taxa": str(taxa)})
    return config.model_copy(update={"curate": curate})


def with_absolute_paths(config: ScreenConfig) -> ScreenConfig:
    """The configuration with paths that hold in any working folder."""
    ingest, compute = config.ingest, config.compute
    if ingest.corrections is not None:
        path = str(Path(ingest.corrections).resolve())
        ingest = ingest.model_copy(update={"corrections": path})
    if compute.store is not None:
        compute = compute.model_copy(update={"store": str(Path(compute.store).resolve())})
    if compute.slurm.logs is not None:
        slurm = compute.slurm.model_copy(update={"logs": str(Path(compute.slurm.logs).resolve())})
        compute = compute.model_copy(update={"slurm": slurm})
    return config.model_copy(update={"ingest": ingest, "compute": compute})


def with_corrections(
    libraries: Sequence[Library],
    output: Path,
    corrections: Path | None,
    settings: IngestSettings,
) -> list[Library]:
    """The libraries with their corrections: those given now, and those of earlier screens.

    Corrections are kept with the results (`DIR/<library>/corrections.csv`), so that a further
    screen, or a further round of corrections, does not lose them. They are kept only if they fit.

    Raises
    ------
    ConfigError : corrections are given for several libraries at once, or are also stated in the
        configuration or the library sheet.
    InputError : they cannot be read, or do not fit the library.
    """
    if corrections is not None and len(libraries) != 1:
        raise ConfigError(
            f"{corrections}: corrections of which library?", "screen one library at a time"
        )
    for library in libraries:
        kept = (output / library.name / KEPT).resolve()
        if corrections is not None or kept.is_file():
            _refuse_stated(library, corrections or kept, kept, settings)
    if corrections is not None:
        (library,) = libraries
        own = FileSettings(settings, library.stated)
        kept = output / library.name / KEPT
        for line in keep_corrections(corrections, kept, library.paths, own):
            click.echo(f"[run] {line}", err=True)
    return [_with_kept(library, (output / library.name / KEPT).resolve()) for library in libraries]


def _refuse_stated(library: Library, source: Path, kept: Path, settings: IngestSettings) -> None:
    """Two tables of corrections of one library: which of them counts is not for us to say."""
    stated = [settings.corrections, *(own.get("corrections") for own in library.stated.values())]
    for other in filter(None, stated):
        if Path(other).resolve() != kept:
            raise ConfigError(
                f"library {library.name}: corrections are stated in {other}, and others are in "
                f"{source}",
                "give the stated ones once by --corrections, and state them no longer",
            )


def _with_kept(library: Library, kept: Path) -> Library:
    if not kept.is_file():
        return library
    click.echo(f"[run] corrections of {kept} apply to {library.name}", err=True)
    # Every file of the library: which of them a correction is for stands in its row.
    stated = {
        path: {**library.stated.get(path, {}), "corrections": str(kept)} for path in library.paths
    }
    return replace(library, stated=stated)
