"""Text of others in Markdown: nothing of it is taken for markup."""

from __future__ import annotations

import re

from screening.core.one_line import one_line

# A colon before a space makes no link, and MLflow would show its escape.
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>@]|:(?! ))")


def escape_markdown(text: str, limit: int = 200) -> str:
    """The text on one line, cut, with nothing that Markdown or HTML would take as theirs."""
    line = one_line(text, limit)
    line = line.replace("&", "&amp;").replace("<", "&lt;")
    return _MARKUP.sub(r"\\\1", line)
