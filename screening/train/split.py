"""Dividing structures into train, validation and test parts.

Bemis and Murcko 1996, J. Med. Chem. 39:2887, doi:10.1021/jm9602928: structures that share a
scaffold stay together, so that the test part asks about chemistry the network has not seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from screening.train.recipe import SplitRecipe

TRAIN, VALIDATION, TEST = 0, 1, 2
PART_NAMES = ("train", "validation", "test")
_SMALLEST_PART = 2


def split_groups(groups: Sequence[str], recipe: SplitRecipe) -> NDArray[np.int8]:
    """Assign whole groups to parts.

    Groups come in an order drawn from the seed and fill validation, then test, then train; a
    group larger than half a small part goes to train, so that no part is one scaffold.

    Parameters
    ----------
    groups : group of each structure.
    recipe : shares and seed.

    Returns
    -------
    (n,) int8 : 0 train, 1 validation, 2 test.
    """
    members: dict[str, list[int]] = defaultdict(list)
    for row, group in enumerate(groups):
        members[group].append(row)
    names = sorted(members)
    order = np.random.default_rng(recipe.seed).permutation(len(names))
    wanted = {VALIDATION: recipe.validation * len(groups), TEST: recipe.test * len(groups)}
    limit = max(1.0, min(wanted.values()) / 2)
    parts = np.zeros(len(groups), dtype=np.int8)
    filled = {VALIDATION: 0, TEST: 0}
    for index in order:
        rows = members[names[index]]
        if len(rows) > limit:
            continue
        for part in (VALIDATION, TEST):
            if filled[part] + len(rows) <= wanted[part] + 1:
                parts[rows] = part
                filled[part] += len(rows)
                break
    return parts


def too_small(parts: NDArray[np.int8]) -> bool:
    """Whether a part cannot be used."""
    return any(int((parts == part).sum()) < _SMALLEST_PART for part in (TRAIN, VALIDATION, TEST))


def split_structures(
    flat_keys: Sequence[str], scaffolds: Sequence[str], recipe: SplitRecipe
) -> tuple[NDArray[np.int8], str]:
    """Split by scaffold; by single structure where one scaffold holds nearly everything.

    Parameters
    ----------
    flat_keys, scaffolds : of each structure; an empty scaffold (acyclic) is its own group.

    Returns
    -------
    parts (n,) int8, and the name of the method used, which goes into bundle and card.
    """
    groups = [
        scaffold or f"acyclic {key}" for key, scaffold in zip(flat_keys, scaffolds, strict=True)
    ]
    parts = split_groups(groups, recipe)
    if not too_small(parts):
        return parts, "Bemis-Murcko scaffold"
    return split_groups(list(flat_keys), recipe), "structure (one scaffold dominates the table)"
