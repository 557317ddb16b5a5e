"""Writing a bundle: all files into a sibling folder, then one rename."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from safetensors.torch import save_file

from screening.core.bundle import CARD_NAME, MANIFEST_NAME, BundleManifest, write_manifest
from screening.core.errors import ConfigError, TrainingDataError
from screening.core.provenance import file_digest
from screening.estimators.calibration import Calibration
from screening.estimators.domain import DOMAIN_NAME, DomainIndex
from screening.estimators.model_space import ModelSpace
from screening.estimators.network import MultiTaskNetwork
from screening.estimators.scorer import (
    CALIBRATION_NAME,
    SPACE_NAME,
    TREES_NAME,
    WEIGHTS_NAME,
)
from screening.estimators.trees import BoostedTrees


def check_output(output: Path) -> None:
    """Refuse to write over anything but a bundle or an empty folder.

    Raises
    ------
    TrainingDataError : the place is taken. ConfigError : it cannot be made.
    """
    output = output.absolute()
    existing = next(folder for folder in output.parents if folder.exists())
    if not (existing.is_dir() and os.access(existing, os.W_OK)):
        raise ConfigError(f"{output}: cannot be made", "name another folder for the bundle")
    if output.resolve() == Path.cwd().resolve():
        raise ConfigError(f"{output}: is the working folder", "name a folder in it")
    taken = output.exists() and not (output / MANIFEST_NAME).is_file()
    if taken and not (output.is_dir() and not any(output.iterdir())):
        raise TrainingDataError(
            f"{output}: exists and is no model bundle", "name a new folder for the bundle"
        )


@contextmanager
def replaced_folder(output: Path) -> Iterator[Path]:
    """A sibling folder that takes the place of `output` if the block ends without an error.

    What was there before stays if the new one cannot take its place.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    partial = output.parent / f".{output.name}.partial-{os.getpid()}"
    old = output.parent / f".{output.name}.old-{os.getpid()}"
    partial.mkdir()
    try:
        yield partial
        if output.exists():
            output.rename(old)
        partial.rename(output)
    finally:
        if old.exists() and not output.exists():
            old.rename(output)
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def write_parts(
    folder: Path,
    *,
    members: Sequence[MultiTaskNetwork],
    trees: BoostedTrees,
    calibrations: Mapping[str, Calibration],
    index: DomainIndex,
    space: ModelSpace,
) -> None:
    """Write weights (float16), trees, calibration and domain."""
    tensors = {
        f"member{index}.{name}": (value.half() if value.is_floating_point() else value)
        .cpu()
        .contiguous()
        for index, member in enumerate(members)
        for name, value in member.state_dict().items()
    }
    save_file(tensors, folder / WEIGHTS_NAME)
    # safetensors writes for the owner alone; a bundle is meant to be read by others.
    (folder / WEIGHTS_NAME).chmod(0o644)
    trees.write(folder / TREES_NAME, list(calibrations))
    content = {name: item.model_dump(exclude_defaults=True) for name, item in calibrations.items()}
    for name, item in calibrations.items():
        content[name]["method"] = item.method
    text = json.dumps(content, indent=1)
    (folder / CALIBRATION_NAME).write_text(text + "\n", encoding="utf-8")
    index.write(folder / DOMAIN_NAME)
    space.write(folder / SPACE_NAME)


def seal(folder: Path, manifest: BundleManifest, card: str) -> None:
    """Write the card, then the manifest with the SHA-256 of every other file."""
    (folder / CARD_NAME).write_text(card, encoding="utf-8")
    names = sorted(path.name for path in folder.iterdir() if path.name != MANIFEST_NAME)
    files = {name: file_digest(folder / name) for name in names}
    write_manifest(folder, manifest.model_copy(update={"files": files}))
