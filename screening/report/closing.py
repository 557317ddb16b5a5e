"""The closing words of a screen on the terminal."""

from __future__ import annotations

import os
import shlex
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from screening.report.text import clean, count, cut

WIDTH = 96
LOCAL_PAGE = "http://127.0.0.1:5000"
_NAME, _ORGANISM = 34, 30


def closing_text(summary: Mapping[str, Any], folder: Path) -> str:
    """The ten best, where report and tables lie, and how to open MLflow on them.

    Parameters
    ----------
    summary : content of `summary.json`.
    folder : folder of the screened library.
    """
    head = (
        f"{clean(summary['library'])}: {count(summary['n_records'], 'record')} = "
        f"{count(summary['n_compounds'], 'compound')} + {count(summary['n_rejects'], 'reject')}; "
        f"{count(summary['n_structures'], 'structure')}, {summary['n_ranked']:,} ranked"
    )
    lines = ["", head, ""]
    if summary["best"]:
        lines += ["The best candidates", ""]
        for candidate in summary["best"]:
            lines += _candidate_lines(candidate)
    else:
        lines += ["No candidate: every record was rejected; the report says why, one by one.", ""]
    lines += [
        f"Report    {folder / 'report.html'}",
        f"Curation  {folder / 'curation.html'}",
        f"Pick      {_pick(summary, folder)}",
        f"Tables    {folder / 'ranking.csv'}, {folder}/*.parquet",
        f"MLflow    {_mlflow_command(summary, folder)}",
        "",
    ]
    return "\n".join(lines)


def _candidate_lines(candidate: Mapping[str, Any]) -> list[str]:
    name = cut(candidate["name"], _NAME)
    organism = cut(candidate["organism"] or "organism not stated", _ORGANISM)
    first = (
        f"{candidate['rank']:>3}  {name:<{_NAME}}  {organism:<{_ORGANISM}}  "
        f"score {candidate['score']:.3f}"
    )
    why = textwrap.wrap(cut(candidate["why"], 400), WIDTH - 5) or [""]
    return [first, *(f"     {line}" for line in why), ""]


def _pick(summary: Mapping[str, Any], folder: Path) -> str:
    if not summary.get("pick"):
        return "nothing: the report counts what spoke against each candidate"
    return f"{folder / 'pick.csv'} (plate map), {folder / 'pick.sdf'}"


def _mlflow_command(summary: Mapping[str, Any], folder: Path) -> str:
    """The command that opens MLflow and the candidates' address, or the address on its server."""
    if pending := summary.get("mlflow_pending"):
        sync = f"{shlex.quote(_program())} sync {shlex.quote(str(folder.parent))}"
        return f"not recorded yet ({pending});\n          later: {sync}"
    uri = str(summary.get("mlflow_uri") or "")
    page = str(summary.get("mlflow_page") or "")
    if uri.startswith(("http://", "https://")):
        return uri.rstrip("/") + page
    command = f"{shlex.quote(_program())} ui {shlex.quote(str(folder.parent))}"
    return f"{command}\n          then {LOCAL_PAGE}{page}" if page else command


def _program() -> str:
    """How the user can call this command: make puts it on PATH for itself only."""
    beside = Path(sys.executable).with_name("screening")
    if os.environ.get("VIRTUAL_ENV") or not beside.exists():
        return "screening"
    return os.path.relpath(beside) if beside.is_relative_to(Path.cwd()) else str(beside)
