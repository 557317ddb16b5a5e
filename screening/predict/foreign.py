"""Predictions of a third party's predictor, batch by batch, checked before they are believed.

A structure on which it fails, crashes or hangs is found by halving the batch, and is lost; what
breaks the agreement of docs/predictors.md (another number of rows, an unknown endpoint, text for a
number) ends the screen, for then no number of it can be trusted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from screening.chem.problem import Problem
from screening.core.errors import PredictorError
from screening.core.progress import ProgressBar
from screening.predict.block import unknown_arrays
from screening.predict.models import Predictor
from screening.predict.predictor_answer import Disagreement, read_answer
from screening.predict.predictor_process import START_LIMIT_S, Ended, PredictorProcess, told

# Asked first: whoever has no answer for ethanol has none for anything.
TRIAL = "CCO"
# Structures that may end its process in one screen, before it is put down to the predictor.
MAX_ENDED = 20
# Of a batch, on top of the time limit: some 40 times what ADMET-AI takes on two cores.
SECONDS_EACH = 1.0


class ForeignPredictor:
    """A predictor at work: a context, in which its process is started and at whose end it is gone.

    Parameters
    ----------
    predictor : what to run.
    n_threads : that it may use.
    limit_s : seconds that a structure may take; a batch has one more for each that it holds.
    n_structures : to be predicted, for the progress.

    Raises
    ------
    PredictorError : it cannot be started, or has no proper answer for ethanol.
    """

    def __init__(
        self, predictor: Predictor, n_threads: int, limit_s: float, n_structures: int
    ) -> None:
        self._predictor = predictor
        self._name = predictor.manifest.name
        self._n_threads = n_threads
        self._limit_s = limit_s
        self._n_ended = 0
        self._progress = ProgressBar(f"predict: {self._name}", n_structures, "structures")
        self._process: PredictorProcess | None = None

    def __enter__(self) -> Self:
        try:
            self._started()
        except PredictorError:
            self._stop()
            raise
        return self

    def __exit__(self, *failure: object) -> None:
        self._stop()

    def _stop(self) -> None:
        if self._process is not None:
            self._process.stop()
            self._process = None

    def predict(
        self, smiles: Sequence[str]
    ) -> tuple[dict[str, NDArray[np.generic]], list[Problem | None]]:
        """Predict standardised parents.

        Returns
        -------
        The fields of `block.FIELDS`, (n_structures, n_endpoints) each, NaN where it has no value;
        and for each structure why it is lost, or None.

        Raises
        ------
        PredictorError : it breaks the agreement, or ends again and again.
        """
        size = self._predictor.manifest.batch
        arrays = unknown_arrays(len(smiles), len(self._predictor.manifest.endpoints))
        problems: list[Problem | None] = [None] * len(smiles)
        todo = [(at, min(at + size, len(smiles))) for at in range(0, len(smiles), size)]
        todo.reverse()
        while todo:
            first, end = todo.pop()
            found = self._answer(smiles[first:end])
            if not isinstance(found, Problem):
                for field, values in found.items():
                    arrays[field][first:end] = values
            elif end - first > 1:
                middle = (first + end) // 2
                todo += [(middle, end), (first, middle)]
                continue
            else:
                problems[first] = found
            self._progress.add(end - first)
        return arrays, problems

    def _answer(self, smiles: Sequence[str]) -> Mapping[str, NDArray[np.generic]] | Problem:
        """The fields of a batch, or what went wrong with it."""
        limit_s = self._limit_s + SECONDS_EACH * len(smiles)
        try:
            answer = self._started().ask({"smiles": list(smiles)}, limit_s)
        except Ended as ended:
            self._stop()
            if len(smiles) == 1:
                self._n_ended += 1
                if self._n_ended > MAX_ENDED:
                    raise self._broken(
                        f"more than {MAX_ENDED} structures ended it; the last: {ended.detail}"
                    ) from None
            return Problem(ended.code, f"{self._name}: {ended.detail}")
        if "error" in answer:
            return Problem("not_predictable", f"{self._name}: {told(str(answer['error']))}")
        return self._read(answer, len(smiles))

    def _started(self) -> PredictorProcess:
        """The process, started and tried where there is none."""
        if self._process is None:
            # Known at once, so that it is ended whatever happens.
            self._process = PredictorProcess(self._predictor, self._n_threads)
            try:
                for request in (None, {"smiles": [TRIAL]}):
                    answer = self._process.ask(request, START_LIMIT_S)
                    if "error" in answer:
                        raise Ended("crashed", told(str(answer["error"])))
            except Ended as ended:
                raise self._broken(f"it does not predict {TRIAL}: {ended.detail}") from None
            self._read(answer, 1)
        return self._process

    def _read(self, answer: Mapping[str, Any], n: int) -> dict[str, NDArray[np.generic]]:
        try:
            return read_answer(answer.get("results"), self._predictor.manifest.endpoints, n)
        except Disagreement as wrong:
            raise self._broken(str(wrong)) from None

    def _broken(self, what: str) -> PredictorError:
        return PredictorError(
            f"{self._predictor.folder}: the predictor {self._name}: {what}",
            "correct it (docs/predictors.md says what is agreed), or leave it out of the models",
        )
