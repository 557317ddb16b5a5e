"""Text that was copied from web pages: tags and entities go, the words stay."""

from __future__ import annotations

import html
import re

# Only tags of running text: `<` and `>` also stand in names, limits and DOIs.
_TAG = re.compile(
    r"</?(?:i|b|em|strong|sub|sup|u|s|span|small|big|tt|font|br|p|div|a(?=[\s>])|sc|jats:\w{1,20})"
    r"(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<(?:br|/?p|/?div)\b", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def plain_text(text: str) -> str:
    """Text without tags and entities, its runs of white space as single spaces."""
    return one_line(without_markup(text))


def without_markup(text: str) -> str:
    """Text without tags and entities; its lines stay."""
    return without_tags(without_entities(text))


def without_tags(text: str) -> str:
    """Text without the tags of running text; line breaks and paragraphs become spaces."""
    if "<" not in text:
        return text
    return _TAG.sub(lambda tag: " " if _BREAK.match(tag[0]) else "", text)


def without_entities(text: str) -> str:
    """Text with `&lt;`, `&#946;` and the like as the characters that they stand for."""
    if "&" not in text:
        return text
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def one_line(text: str) -> str:
    """Text with its runs of white space as single spaces, none at its ends."""
    return " ".join(text.split())
