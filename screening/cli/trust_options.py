"""The options that say which bundle is wanted, and whose signature is believed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from screening.bundles.check import Wanted
from screening.bundles.signature import trusted_keys

_OPTIONS = (
    click.option("--sha256", default="", metavar="HEX", help="SHA-256 that bundle.json must have."),
    click.option(
        "--trusted-key",
        "keys",
        multiple=True,
        type=click.Path(path_type=Path),
        help="Public key (PEM) with which the bundle must be signed; may be repeated.",
    ),
    click.option(
        "--signed",
        is_flag=True,
        help="It must be signed with a key of ~/.config/marine-screening/trusted-keys.",
    ),
)


def trust_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--sha256`, `--trusted-key` and `--signed`; the command gets them as `wanted`.

    Raises
    ------
    InputError : a file holds no public key.
    """

    @wraps(command)
    def with_wanted(*, sha256: str, keys: tuple[Path, ...], signed: bool, **others: Any) -> Any:
        wanted = Wanted(sha256.strip(), tuple(trusted_keys(keys)), signed or bool(keys))
        return command(wanted=wanted, **others)

    for option in reversed(_OPTIONS):
        with_wanted = option(with_wanted)
    return with_wanted
