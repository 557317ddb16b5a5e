"""A screen as MLflow's parameters, metrics, tags and description."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from screening.core.markdown import escape_markdown
from screening.core.objectives import wish_names
from screening.core.one_line import one_line as one_line  # noqa: PLC0414

# Limits of MLflow 3 (mlflow.utils.validation).
PARAM_CHARS = 6_000
NAME_CHARS = 250
TAG_CHARS = 8_000

# Ten rows of three such cells, all of it escaped, leave room for the rest of a description.
_CELL_CHARS = 160
_DIFFERENCES = 10
_COUNTS = ("n_records", "n_compounds", "n_rejects", "n_structures", "n_ranked")
_NAME = re.compile(r"[^\w./ -]")


def parameters(summary: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, str]:
    """Settings, flattened to dotted names, with the models' digests."""
    values = dict(_flatten("", config))
    for model in summary["models"]:
        values[f"model.{model['name']}.version"] = model["version"]
        values[f"model.{model['name']}.digest"] = model["digest"]
    return flattened(values)


def flattened(values: Mapping[str, Any]) -> dict[str, str]:
    """Nested values as parameters: dotted names, and texts cut to what MLflow takes."""
    return {mlflow_name(key): _cut(value) for key, value in _flatten("", values)}


def metrics(summary: Mapping[str, Any]) -> dict[str, float]:
    """Counts, cost of each stage, rejects by reason, the best score, the pick, and what changed."""
    values = {name: float(summary[name]) for name in _COUNTS}
    for stage, cost in summary["stages"].items():
        values |= cost_metrics(stage, cost)
    for name in ("total", "per_thousand_compounds"):
        values |= cost_metrics(name, (summary.get("costs") or {}).get(name) or {})
    for code, n in summary["rejects_by_code"].items():
        values[f"rejects.{code}"] = float(n)
    if summary["best"]:
        values["best_score"] = float(summary["best"][0]["score"])
    for key, value in (summary.get("changes") or {}).items():
        if key.startswith("n_"):
            values[f"changes.{key}"] = float(value)
    for kind, n in (summary.get("pick") or {}).items():
        values[f"pick.n_{kind}"] = float(n)
    return {mlflow_name(key): value for key, value in values.items()}


def cost_metrics(name: str, cost: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of a stated cost that are known."""
    return {
        f"{name}.{key}": float(value)
        for key, value in cost.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def tags(summary: Mapping[str, Any]) -> dict[str, str]:
    """What a run is found by: library, versions, configuration; and its description."""
    return {
        "kind": "screen",
        "library": str(summary["library"]),
        "config_digest": str(summary["config_digest"]),
        "code_version": str(summary["software"]["screening"]),
        **{f"software.{name}": str(value) for name, value in summary["software"].items()},
        **{f"hardware.{name}": str(value) for name, value in summary["hardware"].items()},
        **{
            mlflow_name(f"model.{model['name']}"): f"{model['version']} {model['digest']}"
            for model in summary["models"]
        },
        "mlflow.source.name": "screening",
        "mlflow.note.content": description(summary),
    }


def description(summary: Mapping[str, Any]) -> str:
    """The run's description in Markdown: counts, the ten best, the pick and what changed."""
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
        texts = [escape_markdown(one[key], _CELL_CHARS) for key in ("name", "organism", "why")]
        lines.append(
            f"| {one['rank']} | {texts[0]} | {texts[1]} | {one['score']:.3f} | {texts[2]} |"
        )
    lines += [*_pick_lines(summary.get("pick")), *_change_lines(summary.get("changes"))]
    return joined_lines(lines)


def _pick_lines(pick: Mapping[str, int] | None) -> list[str]:
    if pick is None:
        return []
    if not pick:
        return ["", "**Nothing was picked**: the counts in `pick.n_*` and the report say why."]
    kinds = ", ".join(f"{n} {escape_markdown(kind)}" for kind, n in pick.items())
    return ["", f"**The pick** ({kinds}): the nested runs, to be decided on."]


def _change_lines(changes: Mapping[str, Any] | None) -> list[str]:
    """What changed since the screen before, the largest moves in the top with their reasons."""
    if not changes or not changes["previous"]:
        return []
    lines = [
        "",
        f"**Since the screen of {changes['previous']['date']}**: {changes['n_entered']:,} "
        f"entered, {changes['n_left']:,} left, {changes['n_moved']:,} moved.",
        "",
    ]
    lines += [f"- {escape_markdown(one)}" for one in changes["differences"][:_DIFFERENCES]]
    for one in changes["movers"]:
        move = f"{one['previous_rank'] or '–'} → {one['rank'] or '–'}"
        name, reason = (escape_markdown(one[key], _CELL_CHARS) for key in ("name", "reason"))
        lines.append(f"- rank {move}: {name}: {reason}")
    return lines


def joined_lines(lines: Sequence[str], limit: int = TAG_CHARS) -> str:
    """As many of the lines as a tag can hold: MLflow would cut in the middle of an escape."""
    kept: list[str] = []
    for line in lines:
        limit -= len(line) + 1
        if limit < 0:
            break
        kept.append(line)
    return "\n".join(kept)


def _flatten(prefix: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Dotted names and plain values; objectives and limits are named by what they judge."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flatten(f"{prefix}.{key}" if prefix else str(key), inner)
    elif _are_named(value):
        for name, inner in zip(wish_names(value), value, strict=True):
            rest = {key: item for key, item in inner.items() if key not in ("column", "over")}
            yield f"{prefix}.{name}", json.dumps(rest, ensure_ascii=False)
    else:
        yield prefix, value


def _are_named(value: Any) -> bool:
    """Whether a value is a list of objectives or limits: mappings, each with a `column`."""
    if not isinstance(value, list | tuple) or not value:
        return False
    return all(isinstance(inner, Mapping) and "column" in inner for inner in value)


def mlflow_name(name: str) -> str:
    """The name as MLflow takes one for a parameter or metric."""
    return _NAME.sub("_", name)[:NAME_CHARS]


def _cut(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= PARAM_CHARS else text[: PARAM_CHARS - 1] + "…"
