"""Runs a third party's callable in its own interpreter, and answers on lines of JSON.

    PYTHON -I predictor_host.py GROUP NAME [--describe]

This file is run by the other interpreter, so it uses nothing but the standard library of Python 3.8
and later. A request is a line `{"smiles": [...]}` on stdin; an answer is a line with `results` or
`error`. What the callable prints goes to stderr and is no part of an answer.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import platform
import signal
import sys
import traceback
from importlib import metadata
from typing import Any, Callable, TextIO  # noqa: UP035  # Python 3.8

_PR_SET_PDEATHSIG = 1
_DETAIL_CHARS = 1000


def main() -> None:
    """Describe the entry point, or load it and answer until stdin ends."""
    _die_with_parent()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # from here on prints are no answers, not even those of C code
    group, name = sys.argv[1:3]
    points = _entry_points(group)
    found = [point for point in points if point.name == name]
    if len(found) != 1:
        there = ", ".join(sorted({point.name for point in points})) or "none"
        _tell(answers, error=f"{len(found)} entry points {name!r} in {group}; there are: {there}")
    elif "--describe" in sys.argv:
        _tell(answers, packages=_packages(), python=platform.python_version())
    else:
        _serve(found[0], answers)


def _serve(point: Any, answers: TextIO) -> None:
    try:
        predict = point.load()
        if isinstance(predict, type):
            predict = predict()  # a class loads its models once, when it is made
    except (Exception, SystemExit) as error:
        _tell(answers, error=_told(error))
        return
    _tell(answers, ready=True)
    for line in sys.stdin.buffer:
        _answer(predict, json.loads(line)["smiles"], answers)


def _answer(predict: Callable[[list[str]], Any], smiles: list[str], answers: TextIO) -> None:
    try:
        _tell(answers, results=_results(predict(smiles)))
    except (Exception, SystemExit) as error:
        _tell(answers, error=_told(error))


def _tell(answers: TextIO, **answer: Any) -> None:
    answers.write(json.dumps(answer, default=_plain) + "\n")
    answers.flush()


def _entry_points(group: str) -> list[Any]:
    points: Any = metadata.entry_points()
    if hasattr(points, "select"):
        return list(points.select(group=group))
    return list(points.get(group, ()))  # Python 3.8 and 3.9


def _packages() -> str:
    """A digest of what is installed: another version of any package is another predictor."""
    names = {f"{one.metadata['Name']}=={one.version}" for one in metadata.distributions()}
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()


def _results(returned: Any) -> dict[str, dict[str, list[Any]]]:
    """What the callable returned as plain lists: endpoint → values, or what is known of them."""
    if not hasattr(returned, "items"):
        kind = type(returned).__name__
        raise TypeError(f"it returned {kind}, not a mapping from endpoint to values")
    return {
        str(endpoint): {str(key): _listed(values) for key, values in known.items()}
        if isinstance(known, dict)
        else {"value": _listed(known)}
        for endpoint, known in returned.items()
    }


def _listed(values: Any) -> list[Any]:
    if hasattr(values, "tolist"):  # numpy, pandas, torch
        values = values.tolist()
    if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
        raise TypeError(f"values are {type(values).__name__}, not a list")
    return list(values)


def _plain(value: Any) -> Any:
    """A number of numpy or torch as Python's."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} is no number")


def _told(error: BaseException) -> str:
    traceback.print_exc()
    return f"{type(error).__name__}: {error}"[:_DETAIL_CHARS]


def _die_with_parent() -> None:
    """Ask Linux to end this process with the one that started it; elsewhere it ends with stdin."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))


if __name__ == "__main__":
    main()
