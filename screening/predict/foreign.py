"""Predictions of a third party's predictor, batch by batch, checked before they are believed.

A structure on which it fails, crashes or hangs is found by halving the batch, and is lost; what
breaks the agreement of docs/predictors.md (another number of rows, an unknown endpoint, text for a
number) ends the screen, for then no number of it can be trusted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from screening.chem.problem import Problem
from screening.core.errors import PredictorError
from screening.core.predictor_manifest import PredictedEndpoint
from screening.core.progress import ProgressBar
from screening.estimators.verdict import IN, OUT, UNKNOWN
from screening.predict.block import unknown_arrays
from screening.predict.models import Predictor
from screening.predict.predictor_process import (
    START_LIMIT_S,
    Ended,
    PredictorProcess,
    told,
)

# Asked first: whoever has no answer for ethanol has none for anything.
TRIAL = "CCO"
# Structures that may end its process in one screen, before it is put down to the predictor.
MAX_ENDED = 20
_PARTS = ("value", "std", "in_domain")


class ForeignPredictor:
    """A predictor at work: a context, in which its process is started and at whose end it is gone.

    Parameters
    ----------
    predictor : what to run.
    n_threads : that it may use.
    limit_s : seconds that a batch may take.
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
        self._endpoints = predictor.manifest.endpoints
        self._n_threads = n_threads
        self._limit_s = limit_s
        self._n_ended = 0
        self._progress = ProgressBar(f"predict: {self._name}", n_structures, "structures")
        self._process: PredictorProcess | None = None

    def __enter__(self) -> Self:
        self._started()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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
        arrays = unknown_arrays(len(smiles), len(self._endpoints))
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
        try:
            answer = self._started().ask({"smiles": list(smiles)}, self._limit_s)
        except Ended as ended:
            self._process = None
            if len(smiles) == 1:
                self._n_ended += 1
                if self._n_ended > MAX_ENDED:
                    raise self._broken(
                        f"more than {MAX_ENDED} structures ended it; the last: {ended.detail}"
                    ) from None
            return Problem(ended.code, f"{self._name}: {ended.detail}")
        if "error" in answer:
            return Problem("not_predictable", f"{self._name}: {told(str(answer['error']))}")
        return self._checked(answer.get("results"), len(smiles))

    def _started(self) -> PredictorProcess:
        """The process, started and tried where there is none."""
        if self._process is None:
            process = PredictorProcess(self._predictor, self._n_threads)
            try:
                for request in (None, {"smiles": [TRIAL]}):
                    answer = process.ask(request, START_LIMIT_S)
                    if "error" in answer:
                        raise Ended("crashed", told(str(answer["error"])))
                self._checked(answer.get("results"), 1)
            except Ended as ended:
                process.stop()
                raise self._broken(f"it does not predict {TRIAL}: {ended.detail}") from None
            except PredictorError:
                process.stop()
                raise
            self._process = process
        return self._process

    def _checked(self, results: Any, n: int) -> dict[str, NDArray[np.generic]]:
        """An answer as arrays.

        Raises
        ------
        PredictorError : it is not what the manifest promises.
        """
        names = [endpoint.id for endpoint in self._endpoints]
        given = results if isinstance(results, dict) else {}
        if set(given) != set(names):
            lacks = ", ".join(sorted(set(names) - set(given))) or "none"
            beyond = ", ".join(map(told, sorted(set(given) - set(names)))) or "none"
            raise self._broken(f"endpoints missing in its answer: {lacks}; unknown: {beyond}")
        arrays = unknown_arrays(n, len(names))
        for column, endpoint in enumerate(self._endpoints):
            parts = given[endpoint.id]
            if unknown := sorted(set(parts) - set(_PARTS)) or "value" not in parts:
                raise self._broken(f"{endpoint.id}: it gives {sorted(parts)}, not {unknown}")
            for part, values in parts.items():
                if len(values) != n:
                    raise self._broken(f"{endpoint.id}: {len(values)} rows of {part} for {n}")
            arrays["value"][:, column] = self._numbers(endpoint, "value", parts["value"])
            if "std" in parts:
                arrays["std"][:, column] = self._numbers(endpoint, "std", parts["std"])
            if "in_domain" in parts:
                arrays["verdict"][:, column] = self._verdicts(endpoint, parts["in_domain"])
        return arrays

    def _numbers(
        self, endpoint: PredictedEndpoint, part: str, values: Sequence[Any]
    ) -> list[float]:
        """Numbers, NaN where there is none."""
        numbers = []
        is_class = endpoint.kind == "classification"
        for value in values:
            if value is not None and (
                isinstance(value, bool) or not isinstance(value, int | float)
            ):
                raise self._broken(f"{endpoint.id}: {told(repr(value))} is no {part}")
            number = math.nan if value is None or not math.isfinite(value) else float(value)
            if part == "std" and number < 0:
                raise self._broken(f"{endpoint.id}: a standard deviation of {number:g}")
            # Comparing with NaN is false.
            if part == "value" and is_class and (number < 0 or number > 1):
                raise self._broken(f"{endpoint.id}: {number:g} is no probability")
            numbers.append(number)
        return numbers

    def _verdicts(self, endpoint: PredictedEndpoint, values: Sequence[Any]) -> list[int]:
        codes = {True: IN, False: OUT, None: UNKNOWN}
        for value in values:
            if not (value is None or isinstance(value, bool)):
                raise self._broken(
                    f"{endpoint.id}: in_domain is {told(repr(value))}, not true, false or null"
                )
        return [codes[value] for value in values]

    def _broken(self, what: str) -> PredictorError:
        return PredictorError(
            f"{self._predictor.folder}: the predictor {self._name}: {what}",
            "correct it (docs/predictors.md says what is agreed), or leave it out of the models",
        )
