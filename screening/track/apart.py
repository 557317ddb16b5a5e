"""Featurising in a process of its own, which a structure may hang or crash without harm."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from threading import Lock

from screening.chem.problem import Problem
from screening.core.watchdog import OUT_OF_MEMORY_STATUS, Limits, guard
from screening.estimators.features import Features
from screening.estimators.structure_features import structure_features

# Not `multiprocessing`, which would run the user's own script in the child.
_CODE = "from screening.track.apart import serve; serve()"


class FeaturiserApart:
    """Featurises structures of strangers in a child process.

    The child ends itself when a structure takes too much time or memory; the structure is rejected,
    and the next one gets a new child.

    Parameters
    ----------
    limits : what one structure may take.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._turn = Lock()
        self._start()

    def __call__(self, smiles: str) -> Features | Problem:
        """Features of a structure, or why there are none; one at a time."""
        with self._turn:
            try:
                pickle.dump(smiles, self._asked)
                self._asked.flush()
                answer: Features | Problem = pickle.load(self._answers)
            except (EOFError, OSError, pickle.UnpicklingError):
                answer = self._death()
                self._start()
            return answer

    def _start(self) -> None:
        path = os.pathsep.join(map(os.path.abspath, sys.path))
        child = subprocess.Popen(
            [sys.executable, "-P", "-c", _CODE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        assert child.stdin is not None and child.stdout is not None
        self._child, self._asked, self._answers = child, child.stdin, child.stdout
        pickle.dump(self._limits, self._asked)

    def _death(self) -> Problem:
        status = self._child.wait()
        self._answers.close()
        if status == -signal.SIGALRM:
            return Problem("timed_out", f"over the limit of {self._limits.time_s:g} s")
        if status == OUT_OF_MEMORY_STATUS:
            return Problem("out_of_memory", f"over the limit of {self._limits.memory}")
        return Problem("crashed", f"its process ended with status {status}")


def serve() -> None:
    """The child: structures in, features out, until the parent is gone."""
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what the work prints is no part of the answer
        # A terminal sends Ctrl-C to all of its processes; this one ends with its parent.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        limits: Limits = pickle.load(sys.stdin.buffer)
        while True:
            try:
                smiles = pickle.load(sys.stdin.buffer)
            except EOFError:
                return
            with guard(limits):
                found = structure_features(smiles, standardised=False)
            pickle.dump(found, answers)
            answers.flush()
