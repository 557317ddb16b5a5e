"""Organism names as sources write them, brought to genus, species and variety.

A source writes ``<i>Lyngbya majuscula</i> Harvey ex Gomont, 1892``, ``Salinispora tropica
CNB-392``, ``Mycale (Arenochalina) cf. laxissima`` or ``Lyngbya/Moorea majuscula/producens``;
authorities, years, strains, ranks and markup are dropped, alternatives are kept apart.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_MARKUP = re.compile(r"<[^<>]{0,200}>")
# `[Oscillatoria] agardhii`: brackets mark a genus whose placing is in doubt.
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_HYBRID = re.compile("[×✕]|(?<= )[xX](?= )")
_SUBGENUS = re.compile(r"\([^()]*\)")
# `Dysidea avara/Penicillium citrinum`: the slash parts names, not species.
_SLASHED_NAME = re.compile(r"(?<=\s)([^\W\d_A-Z][\w-]{2,})/(?=[A-Z])")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[-'’])*\.?")
# Words that stand where a species would, and say that there is none.
_NO_SPECIES = {"sp", "spp", "species", "ssp", "gen", "nov", "indet", "aff", "nr"}
# `cf.` and `?`: most likely this species; the name is kept.
_LIKELY = {"cf", "conf", "prope"}
_RANKS = {"var", "subsp", "f", "fo", "forma", "pv", "subvar"}
_MIN_EPITHET = 3
# What parts organisms that stand in one cell without semicolon or bar. A slash between letters is
# not here: it parts alternatives (`Lyngbya/Moorea majuscula`).
_PARTING = re.compile(r"\s*[,&+]\s*|\s+/\s+|\s+(?:and|with|from|on|in|ex)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OrganismName:
    """One reading of an organism's name; parts are keys as `key` makes them, "" where missing."""

    genus: str
    species: str = ""
    variety: str = ""


def key(word: str) -> str:
    """A word of a name as it is compared: letters without case, accents and hyphens.

    Hyphens and diaereses make no different name (ICZN article 32.5.2, ICN article 60).
    """
    decomposed = unicodedata.normalize("NFKD", word).casefold()
    return "".join(letter for letter in decomposed if letter.isalpha())


def clean(text: str) -> str:
    """An organism's text as it is shown: without markup, in one line."""
    plain = html.unescape(_MARKUP.sub("", html.unescape(text)))
    return " ".join(unicodedata.normalize("NFC", plain).split())


def split_organisms(text: str) -> list[str]:
    """The organisms of a text in which several stand, separated by semicolons or bars."""
    return [part for one in _split(clean(text)) if (part := one.strip(" ,."))]


def readings(text: str) -> list[OrganismName]:
    """The names that a cleaned text may mean, the first being the likeliest.

    Parameters
    ----------
    text : one organism, from `split_organisms`.

    Returns
    -------
    One reading, several where alternatives stand (``Lyngbya/Moorea majuscula``), none where the
    text does not begin with a word.
    """
    spaced = _SUBGENUS.sub(" ", _HYBRID.sub(" ", _BRACKETS.sub(r" \1 ", text)))
    spaced = _SLASHED_NAME.sub(r"\1 / ", spaced)
    words = _without_repeats(spaced.replace("?", " ").split())
    if not words:
        return []
    genera = [key(part) for part in words[0].split("/")]
    if not all(genera) or any(character.isdigit() for character in words[0]):
        return []
    species, variety = _epithets(words[1:], text)
    return [OrganismName(genus, one, variety) for genus in genera for one in (species or [""])]


def further_names(text: str) -> list[OrganismName]:
    """The names in an organism's text beside the one it begins with.

    Taken are names as `mentions` finds them (``Penicillium citrinum isolated from the sponge
    Dysidea avara``), those that follow a comma, a word that joins, or a sign where no capitals
    tell names (``DYSIDEA AVARA, PENICILLIUM CITRINUM``), and genera of a list that has nothing
    else (``Haliclona & Aplysina``). Authors and years are none: no epithet follows them.

    Parameters
    ----------
    text : one organism, from `split_organisms`.

    Returns
    -------
    Names without those that the text begins with, each once.
    """
    plain = _SUBGENUS.sub(" ", _BRACKETS.sub(r" \1 ", text))
    parts = [part.strip() for part in _PARTING.split(plain) if part.strip()]
    names = list(mentions(text))
    if text.isupper() or text.islower():
        names += [name for part in parts[1:] for name in readings(part) if name.species]
    elif all(part.istitle() and part.isalpha() for part in parts):
        names += [OrganismName(key(part)) for part in parts]
    first = {OrganismName(name.genus, name.species) for name in readings(text)}
    return [name for name in dict.fromkeys(names) if name not in first]


def mentions(text: str) -> Iterator[OrganismName]:
    """Names that may stand inside a sentence: a capitalised word and the one after it.

    The second is a species, or says that the first is a genus (``sp.``, ``spp.``, ``bloom``).
    """
    words = [match[0] for match in _WORD.finditer(_SUBGENUS.sub(" ", _BRACKETS.sub(r" \1 ", text)))]
    for first, second in pairwise([*words, ""]):
        if not first[0].isupper() or len(first) < _MIN_EPITHET:
            continue
        if key(second) in _NO_SPECIES or key(second) in {"bloom", "blooms"}:
            yield OrganismName(key(first))
        elif second[:1].islower() and not second.endswith(".") and len(second) >= _MIN_EPITHET:
            yield OrganismName(key(first), key(second))


def _split(text: str) -> Iterator[str]:
    """Cut a text at semicolons and bars that stand in no parentheses."""
    start = depth = 0
    for at, character in enumerate(text):
        depth = max(0, depth + (character == "(") - (character == ")"))
        if character in ";|" and not depth:
            yield text[start:at]
            start = at + 1
    yield text[start:]


def _without_repeats(words: list[str]) -> list[str]:
    """Words without a genus that follows itself, as where a species column repeats it.

    A species named as its genus (`Caretta caretta`) begins small, and stays.
    """
    while len(words) > 1 and words[1][0].isupper() and key(words[1]) == key(words[0]):
        if words[1].isupper():
            break
        words = [words[0], *words[2:]]
    return words


def _epithets(words: list[str], text: str) -> tuple[list[str], str]:
    """The species (alternatives apart) and the variety among the words after the genus."""
    caseless = text.isupper() or text.islower()
    while words and key(words[0]) in _LIKELY:
        words = words[1:]
    if not words or not _is_epithet(words[0], caseless):
        return [], ""
    species = [key(part) for part in words[0].split("/")]
    rest = words[1:]
    if len(rest) > 1 and key(rest[0]) in _RANKS and _is_epithet(rest[1], caseless):
        return species, key(rest[1])
    # A third word in small letters is a subspecies of animals, written without its rank.
    if rest and not caseless and _is_epithet(rest[0], caseless):
        return species, key(rest[0])
    return species, ""


def _is_epithet(word: str, caseless: bool) -> bool:
    parts = word.rstrip(",.").split("/")
    return all(
        len(part) >= _MIN_EPITHET
        and (part[0].islower() or caseless)
        and part.replace("-", "").isalpha()
        and key(part) not in _NO_SPECIES | _RANKS
        for part in parts
    ) and not word.endswith(".")
