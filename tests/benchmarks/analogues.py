"""Endless distinct analogues of given compounds, the same for the same seed.

The parents come in an order drawn by the seed, round after round, a few analogues each; what is
drawn depends on seed, round and parent alone. So the first N of a longer run are a run of N, and
the number of workers changes nothing.

All canonical SMILES are distinct. What was made is remembered as 64-bit hashes, some 80 MB a
million: among a million molecules two share one at odds of 3 in 10^8, and then the second is left
out, so that a collision never lets a duplicate in.
"""

from __future__ import annotations

import hashlib
import itertools
import random
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

from analogue_edits import Editable
from rdkit import rdBase

# Analogues drawn of a parent in a round, out of one reading of it.
PER_ROUND = 4
SHARE_OF_TWO_EDITS = 0.5
# Parents a task, and tasks handed out ahead of the one that is awaited.
BLOCK = 50
AHEAD_PER_WORKER = 4


class Parent(NamedTuple):
    """A published compound."""

    identifier: str
    smiles: str


class Analogue(NamedTuple):
    """A molecule made of a parent, its SMILES canonical."""

    smiles: str
    parent: str
    edits: tuple[str, ...]


class Block(NamedTuple):
    """The work of one task."""

    seed: int
    turn: int
    parents: tuple[Parent, ...]


class Exhausted(Exception):
    """A whole round has made nothing new."""


def distinct_analogues(
    parents: Iterable[Parent], seed: int, workers: int = 1
) -> Iterator[Analogue]:
    """Analogues without end.

    Raises
    ------
    Exhausted : the parents have no more.
    """
    order = sorted(parents)
    random.Random(seed).shuffle(order)
    seen: set[int] = set()
    with _pool(workers) as pool:
        for turn in itertools.count():
            n_before = len(seen)
            chunks = (tuple(order[at : at + BLOCK]) for at in range(0, len(order), BLOCK))
            blocks = (Block(seed, turn, chunk) for chunk in chunks)
            for analogue in _made(blocks, pool, workers):
                key = _hash(analogue.smiles)
                if key not in seen:
                    seen.add(key)
                    yield analogue
            if len(seen) == n_before:
                raise Exhausted(f"the parents have no more than {n_before:,} analogues")


def analogues_of(block: Block) -> list[Analogue]:
    """What one task makes, duplicates among it."""
    with rdBase.BlockLogs():
        return [
            analogue
            for parent in block.parents
            for analogue in _draw(parent, random.Random(f"{block.seed} {block.turn} {parent}"))
        ]


def _draw(parent: Parent, rng: random.Random) -> Iterator[Analogue]:
    """Some analogues of a parent; none if it is unreadable or of several fragments."""
    if "." in parent.smiles:
        return
    try:
        original = Editable(parent.smiles)
    except ValueError:
        return
    for _ in range(PER_ROUND):
        molecule, names = original, []
        for _ in range(2 if rng.random() < SHARE_OF_TWO_EDITS else 1):
            edited = molecule.edited(rng)
            if edited is None:
                break
            name, molecule = edited
            names.append(name)
        # The second edit may have taken the first one back.
        if molecule.smiles != original.smiles:
            yield Analogue(molecule.smiles, parent.identifier, tuple(names))


def _made(
    blocks: Iterable[Block], pool: ProcessPoolExecutor | None, workers: int
) -> Iterator[Analogue]:
    """The analogues of blocks, in order, few blocks ahead."""
    if pool is None:
        for block in blocks:
            yield from analogues_of(block)
        return
    waiting: deque[Future[list[Analogue]]] = deque()
    for block in blocks:
        waiting.append(pool.submit(analogues_of, block))
        if len(waiting) > AHEAD_PER_WORKER * workers:
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor | None]:
    if workers == 1:
        yield None
        return
    pool = ProcessPoolExecutor(workers)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _hash(smiles: str) -> int:
    return int.from_bytes(hashlib.blake2b(smiles.encode(), digest_size=8).digest(), "little")
