"""DOIs as people write them, in one form.

Form: `10.` and a registrant of four to nine digits, a slash, a suffix without spaces, compared
without case (DOI Handbook, 2.2 and 2.4; pattern after Crossref, "DOIs and matching regular
expressions", 2015). A suffix may hold `;`, `<` and `>`, as in `10.1002/(SICI)…3.0.CO;2-5`.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from screening.ingest.markup import without_entities

_START = r"10\.\d{4,9}(?:\.\d{1,9}){0,3}/"
_ADDRESS = r"https?://\S{0,200}?"
_WORD = re.compile(rf"\bdoi\s{{0,3}}[:.]?\s{{0,3}}(?=(?:{_ADDRESS})?{_START})", re.IGNORECASE)
# A semicolon inside a suffix has no DOI after it.
_BORDER = re.compile(rf"[\r\n\v\f]+|(?:[;,|\s]+)(?=(?:{_ADDRESS})?{_START})", re.IGNORECASE)
_PREFIX = re.compile(rf"{_ADDRESS}(?={_START})", re.IGNORECASE)
_DOI = re.compile(rf"{_START}\S+", re.IGNORECASE)
_WITH_REMARK = re.compile(rf"({_START}\S+)[;,]\s+(.+)", re.IGNORECASE | re.DOTALL)
_WITHIN = re.compile(rf"(?<![\w.])(?:{_ADDRESS})?{_START}\S+", re.IGNORECASE)
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}
_WEB_END = re.compile(r"[?#].*$|/(?:abstract|full|pdf|epdf|meta|html)$", re.IGNORECASE)


def split_dois(text: str) -> tuple[list[str], list[str]]:
    """The DOIs of a field, normalised, and its texts that are none.

    Parameters
    ----------
    text : one or several DOIs, with or without `doi:` or an address before them.
    """
    found: list[str] = []
    others: list[str] = []
    for part in _BORDER.split(_WORD.sub("", without_entities(text))):
        plain, remark = part.strip(), ""
        split = _WITH_REMARK.fullmatch(plain)
        if split:
            plain, remark = split.groups()
        doi = normalise_doi(plain)
        if doi is not None:
            found.append(doi)
        others += [other for other in (remark, "" if doi else plain) if other.strip(";,| ")]
    return found, others


def dois_within(text: str) -> list[str]:
    """The DOIs that stand anywhere in a text, such as a citation, normalised.

    A bracket or quote that was not opened inside a DOI closes what stands around it.
    """
    found: list[str] = []
    for part in _BORDER.split(_WORD.sub(" ", without_entities(text))):
        match = _WITHIN.search(part)
        doi = normalise_doi(_without_closing(match[0])) if match else None
        if doi is not None:
            found.append(doi)
    return found


def _without_closing(text: str) -> str:
    """Text without the punctuation at its end that belongs to the sentence around it."""
    while text:
        last = text[-1]
        unopened = last in _PAIRS and text.count(last) > text.count(_PAIRS[last])
        if not unopened and last not in ".,;:|\"'”’»，。；、":
            break
        text = text[:-1]
    return text


def normalise_doi(text: str) -> str | None:
    """A DOI in lower case, without prefix or address; None if the text is none."""
    rest = _WORD.sub("", text, count=1).strip()
    address = _PREFIX.match(rest)
    if address:
        rest = unquote(_WEB_END.sub("", rest[address.end() :]))
    rest = rest.rstrip(".,;|")
    return rest.lower() if _DOI.fullmatch(rest) else None
