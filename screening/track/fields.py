"""A screen as MLflow's parameters, metrics, tags and description."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

# Limits of MLflow 3 (mlflow.utils.validation).
PARAM_CHARS = 6_000
NAME_CHARS = 250

_COUNTS = ("n_records", "n_compounds", "n_rejects", "n_structures", "n_ranked")
_NAME = re.compile(r"[^\w./ -]")
# A colon before a space makes no link, and MLflow would show its escape.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>@]|:(?! ))")


def parameters(summary: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, str]:
    """Settings, flattened to dotted names, with the models' digests."""
    values = dict(_flatten("", config))
    for model in summary["models"]:
        values[f"model.{model['name']}.version"] = model["version"]
        values[f"model.{model['name']}.digest"] = model["digest"]
    return {_name(key): _cut(value) for key, value in values.items()}


def metrics(summary: Mapping[str, Any]) -> dict[str, float]:
    """Counts, cost of each stage, rejects by reason, and the best score."""
    values = {name: float(summary[name]) for name in _COUNTS}
    for stage, cost in summary["stages"].items():
        values[f"{stage}.seconds"] = float(cost["seconds"])
        values[f"{stage}.peak_memory_mib"] = float(cost["peak_memory_mib"])
    for code, n in summary["rejects_by_code"].items():
        values[f"rejects.{code}"] = float(n)
    if summary["best"]:
        values["best_score"] = float(summary["best"][0]["score"])
    return {_name(key): value for key, value in values.items()}


def tags(summary: Mapping[str, Any]) -> dict[str, str]:
    """What a run is found by: library, versions, configuration; and its description."""
    return {
        "library": str(summary["library"]),
        "config_digest": str(summary["config_digest"]),
        "code_version": str(summary["software"]["screening"]),
        **{f"software.{name}": str(value) for name, value in summary["software"].items()},
        **{f"hardware.{name}": str(value) for name, value in summary["hardware"].items()},
        "mlflow.source.name": "screening",
        "mlflow.note.content": description(summary),
    }


def description(summary: Mapping[str, Any]) -> str:
    """The run's description in Markdown: the counts and the ten best, user text escaped."""
    lines = [
        f"**{escape_markdown(summary['library'])}**, {summary['date']}: "
        f"{summary['n_records']:,} records = {summary['n_compounds']:,} compounds "
        f"+ {summary['n_rejects']:,} rejects; {summary['n_structures']:,} structures, "
        f"{summary['n_ranked']:,} ranked.",
        "",
    ]
    if not summary["best"]:
        return "\n".join([*lines, "No record could be ranked."])
    lines += ["| Rank | Name | Organism | Score | Why |", "| --: | --- | --- | --: | --- |"]
    for one in summary["best"]:
        texts = [escape_markdown(one[key]) for key in ("name", "organism", "why")]
        lines.append(
            f"| {one['rank']} | {texts[0]} | {texts[1]} | {one['score']:.3f} | {texts[2]} |"
        )
    return "\n".join(lines)


def escape_markdown(text: str, limit: int = 200) -> str:
    """The text on one line, cut, with nothing that Markdown or HTML would take as theirs."""
    line = " ".join(text[: 2 * limit].split())
    if len(line) > limit:
        line = line[: limit - 1] + "…"
    line = line.replace("&", "&amp;").replace("<", "&lt;")
    return _MARKDOWN.sub(r"\\\1", line)


def _flatten(prefix: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Dotted names and plain values; a list of objectives is named by their columns."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flatten(f"{prefix}.{key}" if prefix else str(key), inner)
    elif _are_named(value):
        for inner in value:
            rest = {key: item for key, item in inner.items() if key != "column"}
            yield f"{prefix}.{inner['column']}", json.dumps(rest, ensure_ascii=False)
    else:
        yield prefix, value


def _are_named(value: Any) -> bool:
    """Whether a value is a list of mappings, each with a `column` of its own."""
    if not isinstance(value, list | tuple) or not value:
        return False
    if not all(isinstance(inner, Mapping) and "column" in inner for inner in value):
        return False
    return len({inner["column"] for inner in value}) == len(value)


def _name(name: str) -> str:
    return _NAME.sub("_", name)[:NAME_CHARS]


def _cut(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= PARAM_CHARS else text[: PARAM_CHARS - 1] + "…"
