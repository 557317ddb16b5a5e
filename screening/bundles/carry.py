"""Bundles carried into a folder: beside its place first, checked, and only then moved there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from screening.bundles.check import Checked, Wanted, check_bundle
from screening.core.bundle import MANIFEST_NAME, SIGNATURE_NAME, read_manifest
from screening.core.disk import writing
from screening.core.errors import OutputError


def carry(fill: Callable[[Path], object], output: Path, wanted: Wanted) -> Checked:
    """Bring a bundle into a folder that it becomes.

    Parameters
    ----------
    fill : brings the files into an empty folder: `copy_bundle`, `download_bundle`, or
        `registered_bundles.fetch_version`.
    output : what the bundle becomes; it must not exist, or be empty.
    wanted : checked before the bundle takes its place.

    Raises
    ------
    BundleError : the bundle is altered, another one, or not signed as wanted.
    OutputError : the folder is taken or not writable.
    """
    with beside(output) as folder:
        fill(folder)
        return check_bundle(folder, wanted)


@contextmanager
def beside(output: Path) -> Iterator[Path]:
    """A folder beside a place, which it takes if the block ends well.

    Raises
    ------
    OutputError : the place is taken or not writable.
    """
    if output.exists() and not (output.is_dir() and not any(output.iterdir())):
        raise OutputError(f"{output}: is there already", "name a new folder for the bundle")
    parent = output.absolute().parent
    with writing(output):
        parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(dir=parent, prefix=f".{output.absolute().name}."))
    try:
        yield partial
        with writing(output):
            partial.chmod(0o755)  # others are meant to read it
            partial.rename(output)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def copy_bundle(
    source: Path, folder: Path, bring: Callable[[Path, Path], object] = shutil.copyfile
) -> None:
    """Bring what the manifest names, the manifest and its signature; nothing else of the source.

    Parameters
    ----------
    bring : copies a file, or moves it (`os.rename`).

    Raises
    ------
    BundleError : there is no bundle, or a file is missing.
    """
    check_bundle(source, Wanted())
    names = [MANIFEST_NAME, *read_manifest(source).files]
    if (source / SIGNATURE_NAME).is_file():
        names.append(SIGNATURE_NAME)
    with writing(folder):
        for name in names:
            bring(source / name, folder / name)
