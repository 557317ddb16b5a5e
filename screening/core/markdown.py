"""Text of others in Markdown: nothing of it is taken for markup.

Only what a renderer of GitHub's Markdown would take is escaped (https://github.github.com/gfm/;
MLflow's pages use Showdown in that flavour), so that names, units and references stay legible in
the source, which terminals show as it is.
"""

from __future__ import annotations

import re

from screening.core.one_line import one_line

# Anywhere: code, emphasis, links, tables, mentions; underscores at the ends of words; addresses,
# which become links by themselves, and `:names:` of pictures.
_INLINE = re.compile(
    r"([\\`*~\[\]|@]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|:(?=//|[\w+-]+:)|(?<=www)\.)", re.IGNORECASE
)
# At the start, which may be that of a line: headings, lists, quotations and rules.
_START = re.compile(r"^(\d+(?=[.)](?:\s|$))|(?=[#=>]|[+-](?!\d)))")


def escape_markdown(text: str, limit: int = 200) -> str:
    """The text on one line, cut, with nothing that Markdown or HTML would take as theirs."""
    line = _INLINE.sub(r"\\\1", one_line(text, limit))
    line = _START.sub(r"\1\\", line)
    return line.replace("&", "&amp;").replace("<", "&lt;")
