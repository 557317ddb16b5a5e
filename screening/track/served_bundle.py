"""A bundle as MLflow serves it: SMILES in, one `Answer` for each out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from screening.chem.problem import Problem
from screening.core.bundle import MANIFEST_NAME
from screening.core.config import PredictSettings
from screening.core.provenance import file_digest
from screening.estimators.scorer import Scorer, Scores
from screening.estimators.verdict import VERDICTS
from screening.track.answers import Answer, EndpointAnswer
from screening.track.apart import FeaturiserApart
from screening.track.registry_read import BUNDLE

# Structures scored together.
_BLOCK = 256
_FIELDS = ("value", "std", "low", "high", "similarity")


class ServedBundle(PythonModel):
    """A model bundle behind MLflow's `pyfunc`; made by models-from-code, never from a pickle."""

    def load_context(self, context: PythonModelContext) -> None:
        """Read the bundle, checking the digest of every file.

        Raises
        ------
        BundleError : a file is missing or altered, or made for other features.
        """
        torch.set_num_threads(1)
        folder = Path(context.artifacts[BUNDLE])
        self._scorer = Scorer.load(folder)
        self._features = FeaturiserApart(PredictSettings().limits)
        manifest = self._scorer.manifest
        self._model = {
            "model": manifest.name,
            "version": manifest.version,
            "bundle_digest": file_digest(folder / MANIFEST_NAME),
        }

    def predict(self, model_input: list[str]) -> list[Answer]:  # type: ignore[override]
        """One answer for each SMILES, in their order."""
        answers: list[Answer] = []
        for start in range(0, len(model_input), _BLOCK):
            answers += self._answer(model_input[start : start + _BLOCK])
        return answers

    def _answer(self, block: Sequence[str]) -> list[Answer]:
        found = [self._features(smiles) for smiles in block]
        ready = [one for one in found if not isinstance(one, Problem)]
        scores = self._scorer.score(ready)
        rows = iter(range(len(ready)))
        return [
            self._rejected(smiles, one)
            if isinstance(one, Problem)
            else self._scored(smiles, scores, next(rows))
            for smiles, one in zip(block, found, strict=True)
        ]

    def _scored(self, smiles: str, scores: Scores, row: int) -> Answer:
        arrays = {name: getattr(scores, name)[row] for name in _FIELDS}
        if not all(np.isfinite(array).all() for array in arrays.values()):
            return self._rejected(smiles, Problem("not_predictable", "no finite value"))
        keys = self._scorer.neighbours.flat_keys
        endpoints = {}
        for column, spec in enumerate(self._scorer.endpoints):
            neighbour = int(scores.neighbour[row, column])
            endpoints[spec.id] = EndpointAnswer(
                **{name: float(array[column]) for name, array in arrays.items()},
                unit=spec.unit,
                verdict=VERDICTS[scores.verdict[row, column]],
                neighbour=None if neighbour < 0 else keys[neighbour],
            )
        return Answer(smiles=smiles, status="ok", endpoints=endpoints, **self._model)

    def _rejected(self, smiles: str, problem: Problem) -> Answer:
        reason = " ".join(f"{problem.code}: {problem.detail}".split())
        return Answer(smiles=smiles, status="rejected", reason=reason, endpoints={}, **self._model)
