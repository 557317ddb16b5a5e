"""What a third party's predictor answered, checked against its manifest before it is believed."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from screening.core.one_line import one_line
from screening.core.predictor_manifest import PredictedEndpoint
from screening.estimators.verdict import IN, OUT, UNKNOWN
from screening.predict.block import unknown_arrays

_SHOWN_CHARS = 100
_LARGEST = float(np.finfo(np.float32).max)


class Disagreement(Exception):
    """An answer is not what the manifest promises; says what is wrong."""


def read_answer(
    results: Any, endpoints: Sequence[PredictedEndpoint], n: int
) -> dict[str, NDArray[np.generic]]:
    """An answer as arrays.

    Parameters
    ----------
    results : what came as JSON: endpoint → `value`, and maybe `std` and `in_domain` → a list.
    endpoints : those that the manifest promises.
    n : structures that were asked for.

    Returns
    -------
    The fields of `block.FIELDS`, (n, n_endpoints) each; NaN or `UNKNOWN` where it does not tell.

    Raises
    ------
    Disagreement : it is not what the manifest promises.
    """
    names = {endpoint.id for endpoint in endpoints}
    given = results if isinstance(results, dict) else {}
    if set(given) != names:
        lacks = ", ".join(sorted(names - set(given))) or "none"
        beyond = _shown(", ".join(sorted(set(given) - names))) or "none"
        raise Disagreement(f"endpoints missing in its answer: {lacks}; unknown: {beyond}")
    arrays = unknown_arrays(n, len(endpoints))
    for column, endpoint in enumerate(endpoints):
        parts = given[endpoint.id]
        if not isinstance(parts, dict) or "value" not in parts:
            raise Disagreement(f"{endpoint.id}: it gives no value")
        for part, values in parts.items():
            if part not in _PARTS:
                raise Disagreement(f"{endpoint.id}: {_shown(part)} is none of {', '.join(_PARTS)}")
            if not isinstance(values, list) or len(values) != n:
                rows = len(values) if isinstance(values, list) else "no"
                raise Disagreement(f"{endpoint.id}: {rows} rows of {part} for {n}")
            field, convert = _PARTS[part]
            arrays[field][:, column] = [convert(endpoint, value) for value in values]
    return arrays


def _value(endpoint: PredictedEndpoint, value: Any) -> float:
    number = _number(endpoint, value)
    # Comparing with NaN is false.
    if endpoint.kind == "classification" and (number < 0 or number > 1):
        raise Disagreement(f"{endpoint.id}: {number:g} is no probability")
    return number


def _std(endpoint: PredictedEndpoint, value: Any) -> float:
    number = _number(endpoint, value)
    if number < 0:
        raise Disagreement(f"{endpoint.id}: {number:g} is no standard deviation")
    return number


def _number(endpoint: PredictedEndpoint, value: Any) -> float:
    """A number, NaN where there is none that a table can hold."""
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Disagreement(f"{endpoint.id}: {_shown(repr(value))} is no number")
    return float(value) if -_LARGEST <= value <= _LARGEST else math.nan


def _verdict(endpoint: PredictedEndpoint, value: Any) -> int:
    if value is not None and not isinstance(value, bool):
        raise Disagreement(f"{endpoint.id}: in_domain is {_shown(repr(value))}, not true or false")
    return UNKNOWN if value is None else IN if value else OUT


def _shown(text: str) -> str:
    return one_line(text, _SHOWN_CHARS)


_PARTS: dict[str, tuple[str, Callable[[PredictedEndpoint, Any], float]]] = {
    "value": ("value", _value),
    "std": ("std", _std),
    "in_domain": ("verdict", _verdict),
}
