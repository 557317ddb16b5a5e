"""What a training has reached, kept beside its bundle until that is whole.

A training that was killed goes on from there if it is begun again with the same tables, recipe
and code; with any other, it begins anew.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from screening.core.accounting import Cost
from screening.core.costs import total_cost

SAVE_EVERY_S = 5.0
"""A state is saved after an epoch, at most so often; the cost so far, as often as that."""
_DIGEST, _COST = "of.txt", "cost.json"


@dataclass(frozen=True)
class Checkpoints:
    """A folder of states by name; None keeps nothing."""

    folder: Path | None = None

    def load(self, name: str) -> bytes | None:
        """The state of a name, or None."""
        try:
            return None if self.folder is None else (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def save(self, name: str, state: bytes) -> None:
        """Keep a state in place of the one before; a kill leaves one of the two."""
        if self.folder is None:
            return
        partial = self.folder / f".{name}.partial-{os.getpid()}"
        partial.write_bytes(state)
        partial.replace(self.folder / name)

    def costs(self) -> list[Cost]:
        """What the calls before this one cost together, if there were any."""
        kept = self.load(_COST)
        return [Cost(**json.loads(kept))] if kept else []

    @contextmanager
    def counting(self, costs: Sequence[Cost]) -> Iterator[None]:
        """Keep the sum of costs, one of which grows while the block runs, for a call to come."""
        over = threading.Event()

        def keep() -> None:
            while True:
                self.save(_COST, json.dumps(asdict(total_cost(costs))).encode())
                if over.wait(SAVE_EVERY_S):
                    return

        thread = threading.Thread(target=keep, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def remove(self) -> None:
        """Forget everything: the bundle is whole."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def checkpoints_of(output: Path, digest: str) -> Checkpoints:
    """The checkpoints of the bundle `output`, empty if they are of another training.

    Parameters
    ----------
    digest : of everything that decides what the training becomes.
    """
    folder = output.parent / f".{output.name}.training"
    known = folder / _DIGEST
    if known.is_file() and known.read_text(encoding="utf-8") == digest:
        print(f"going on where an earlier training stopped ({folder})", file=sys.stderr, flush=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        known.write_text(digest, encoding="utf-8")
    return Checkpoints(folder)
