"""The gate before training: no structure may stand on both sides of a split."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from screening.core.errors import TrainingDataError
from screening.train.split import ALWAYS, APART, TEST

_SHOWN = 3


def audit_split(
    flat_keys: Sequence[str],
    parts: NDArray[np.int8],
    groups: Sequence[str] | None = None,
) -> None:
    """Fail if a flat structure occurs twice, or a group crosses the parts.

    Parameters
    ----------
    flat_keys : first InChIKey block of each row.
    parts : (n,) `Split.fold` of each row.
    groups : scaffold or cluster of each row, of which none may cross. None skips this check.

    Raises
    ------
    TrainingDataError : names the structures and parts.
    """
    seen: dict[str, int] = {}
    leaks = []
    for key, part in zip(flat_keys, parts, strict=True):
        if key in seen:
            leaks.append(f"{key} in {_name(seen[key])} and {_name(int(part))}")
        seen[key] = int(part)
    _raise("structures occur more than once", leaks)
    if groups is None:
        return
    homes: dict[str, int] = {}
    for group, part in zip(groups, parts, strict=True):
        if part != APART and homes.setdefault(group, int(part)) != part:
            leaks.append(f"{group} in {_name(homes[group])} and {_name(int(part))}")
    _raise("scaffolds or clusters cross the split", leaks)


def audit_exclusions(
    flat_keys: Sequence[str],
    labels: NDArray[np.float32],
    excluded: Mapping[int, Collection[str]],
) -> None:
    """Fail if a structure of an official test part has a label for its endpoint.

    Parameters
    ----------
    labels : (n, n_endpoints), NaN where unknown.
    excluded : endpoint column to the flat keys that must not be labelled.

    Raises
    ------
    TrainingDataError : names the structures.
    """
    for column, keys in excluded.items():
        labelled = np.flatnonzero(~np.isnan(labels[:, column])).tolist()
        leaks = [flat_keys[row] for row in labelled if flat_keys[row] in keys]
        _raise(f"structures of an official test part label endpoint column {column}", leaks)


def _name(part: int) -> str:
    return {ALWAYS: "train", TEST: "test"}.get(part, f"fold {part}")


def _raise(problem: str, leaks: Sequence[str]) -> None:
    if leaks:
        shown = "; ".join(leaks[:_SHOWN])
        raise TrainingDataError(
            f"{len(leaks)} {problem}: {shown}",
            "merge duplicates and put all rows of a structure into one part",
        )
