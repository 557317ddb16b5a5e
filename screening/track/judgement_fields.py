"""A judgement as Markdown, for MLflow's pages."""

from __future__ import annotations

from screening.core.judgement import Judgement
from screening.core.markdown import escape_markdown

_CELL_CHARS = 300


def judgement_markdown(judgement: Judgement) -> str:
    """The decision, what was compared, and the table of reasons; texts of users escaped."""
    new, old = judgement.challenger, judgement.champion
    named = [
        f"{escape_markdown(one.name)} {escape_markdown(one.version)} (`{one.digest[:12]}`)"
        for one in (new, old)
        if one is not None
    ]
    settings = judgement.settings
    lines = [
        f"**{escape_markdown(judgement.title, 2_000)}**",
        "",
        f"Challenger {named[0]}, against {named[1] if old else 'the base value'}, on "
        f"{judgement.n_structures:,} structures of the fixed test `{judgement.test_digest[:12]}` "
        f"({judgement.n_marine:,} marine; {judgement.n_not_featurised:,} could not be scored).",
        "",
        f"Paired bootstrap over compounds, {settings['draws']:,} draws, "
        f"{settings['confidence']:.0%} intervals; those of the guards hold together. A difference "
        "is positive where the challenger is better.",
        "",
    ]
    header, *rows = judgement.table()
    lines += [_line(header), _line(["---"] * len(header))]
    lines += [_line([escape_markdown(cell, _CELL_CHARS) for cell in row]) for row in rows]
    return "\n".join(lines) + "\n"


def _line(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"
