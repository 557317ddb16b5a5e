"""The fixed text of the pages in another language, from one table; what users wrote stays as it is.

`translations.tsv` holds each English text of the templates with its translation. Placeholders such
as `%(n)s` stand for values. Rows with braces, such as `out of domain: {a} of {b} models`, are
patterns of sentences that other stages have written into the tables.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal

Language = Literal["en", "zh"]
TABLE = "translations.tsv"
# As `<html lang>` has them.
_TAGS: dict[Language, str] = {"en": "en", "zh": "zh-Hans"}
_BRACED = re.compile(r"\\\{(\w+)\\\}")
# Longer texts are a user's, and no pattern is tried on them.
_LONGEST = 400


@dataclass(frozen=True)
class Catalogue:
    """Translations into one language; empty for English.

    Parameters
    ----------
    language : its code, as in `<html lang>`.
    texts : translation of each text.
    patterns : compiled forms of the texts with braces, and their translations.
    """

    language: str
    texts: dict[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]

    def text(self, english: str) -> str:
        """The text in this language, or as it is where there is no translation."""
        return self.texts.get(english, english)

    def plural(self, singular: str, plural: str, n: int) -> str:
        """The text for a number; Chinese has one form, that of the plural."""
        if not self.texts:
            return singular if n == 1 else plural
        return self.text(plural)

    def known(self, text: str) -> str:
        """A word or sentence that a stage wrote, translated if it is in the table."""
        if not self.texts or len(text) > _LONGEST:
            return text
        if text in self.texts:
            return self.texts[text]
        for pattern, translation in self.patterns:
            found = pattern.fullmatch(text)
            if found:
                inner = {key: self.text(value) for key, value in found.groupdict().items()}
                return translation.format(**inner)
        return text

    def counted(self, n: int, singular: str, plural: str | None = None) -> str:
        """A counted noun: `1 record`, `1,204 records`."""
        if self.texts:
            return f"{n:,} {self.text(singular)}"
        return f"{n:,} {singular if n == 1 else plural or singular + 's'}"

    def day(self, day: date) -> str:
        """A day in words."""
        if self.texts:
            return f"{day.year} 年 {day.month} 月 {day.day} 日"
        return f"{day.day} {day:%B %Y}"


@cache
def catalogue(language: Language) -> Catalogue:
    """The catalogue of a language."""
    if language == "en":
        return Catalogue("en", {}, ())
    texts = {row["en"]: row[language] for row in read_translations()}
    patterns = tuple(
        (_compiled(english), translation)
        for english, translation in texts.items()
        if "{" in english
    )
    return Catalogue(_TAGS[language], texts, patterns)


def read_translations() -> list[dict[str, str]]:
    """Rows of the table of translations, comments dropped."""
    content = resources.files("screening.report").joinpath(TABLE).read_text(encoding="utf-8")
    lines = [line for line in content.splitlines() if line and not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))


def _compiled(english: str) -> re.Pattern[str]:
    return re.compile(_BRACED.sub(r"(?P<\1>.+?)", re.escape(english)), re.S)
