"""User text made safe and short for a page or a terminal, and numbers made readable."""

from __future__ import annotations

import math
import re
from urllib.parse import quote

from markupsafe import Markup, escape

from screening.core.contribution import YES_OR_NO

TITLE_CHARS = 300
"""A cut text keeps this much in its tooltip; the tables hold all of it."""

_DOI = re.compile(r"10\.\d{4,9}/\S{1,200}")
# Characters that turn the direction of the text after them (Unicode standard annex 9) go; control
# characters (C0, DEL and C1) become spaces.
_DIRECTION = (0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROL = (*range(0x20), *range(0x7F, 0xA0))
_TAMED = {**dict.fromkeys(_DIRECTION, ""), **dict.fromkeys(_CONTROL, " ")}


def clean(text: str) -> str:
    """One line without control characters and without marks that turn the text's direction."""
    return " ".join(text.translate(_TAMED).split())


def cut(text: str, limit: int) -> str:
    """The cleaned text, cut to at most `limit` characters with an ellipsis."""
    # A hostile text may be megabytes of spaces: no more is looked at than could be shown.
    looked_at = 2 * limit + 10
    plain = clean(text[:looked_at])
    if len(plain) <= limit and len(text) <= looked_at:
        return plain
    return plain[: limit - 1].rstrip() + "…"


def clipped(text: str, limit: int = 80) -> Markup:
    """The text as HTML, its direction isolated; a cut one has more of itself in a tooltip."""
    short = cut(text, limit)
    if not short.endswith("…"):
        return Markup("<bdi>{}</bdi>").format(short)
    return Markup('<bdi title="{}">{}</bdi>').format(cut(text, TITLE_CHARS), short)


def doi_url(doi: str) -> str | None:
    """The address of a DOI, or None if it does not have a DOI's shape.

    The shape is the one Crossref recommends for matching
    (https://www.crossref.org/blog/dois-and-matching-regular-expressions/).
    """
    bare = clean(doi).removeprefix("https://doi.org/").removeprefix("doi:").strip()
    if not _DOI.fullmatch(bare):
        return None
    return "https://doi.org/" + quote(bare, safe="/:;()._-")


def doi_link(doi: str) -> Markup:
    """A DOI as a link, or as plain text if it does not have a DOI's shape."""
    address = doi_url(doi)
    if address is None:
        return clipped(doi, 60)
    label = cut(doi, 60)
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(address, escape(label))


def number(value: float | None, digits: int = 3) -> str:
    """A number with so many significant digits, or a dash; exponents only for extremes."""
    if value is None or not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 100_000 or size < 0.001:
        return f"{value:.{digits - 1}e}"
    decimals = max(0, digits - 1 - math.floor(math.log10(size)))
    return f"{value:,.{decimals}f}"


def value_text(value: float | None, unit: str, digits: int = 3) -> str:
    """A value as a chemist reads it: probabilities with two decimals, else so many digits."""
    if unit == YES_OR_NO and value is not None:
        return "yes" if value else "no"
    if unit == "probability" and value is not None and math.isfinite(value):
        return f"{value:.2f}"
    return number(value, digits)


def signed(value: float) -> str:
    """An effect with its sign, such as `+0.31`."""
    # Adding zero takes the sign from a zero.
    return f"{round(value, 2) + 0.0:+.2f}".replace("-", "−")


def percent(share: float | None) -> str:
    """A share as a whole percentage, or a dash."""
    if share is None or not math.isfinite(share):
        return "–"
    return f"{100 * share:.0f} %"


def count(n: int, singular: str, plural: str | None = None) -> str:
    """A counted noun: `1 record`, `1,204 records`."""
    return f"{n:,} {singular if n == 1 else plural or singular + 's'}"
