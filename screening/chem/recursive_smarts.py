"""What the SMARTS of one atom asks of its surroundings: the recursive parts ``$(…)``.

Daylight theory manual, https://www.daylight.com/dayhtml/doc/theory/theory.smarts.html: `!` binds
closest, then `&` or nothing, then `,`, then `;`.
"""

from __future__ import annotations

import re

# An atom whose kind may stand for its surroundings within a larger bracket; what begins with H is
# an atom alone, but a count in a larger bracket.
_FIRST_ATOM = re.compile(r"\[([^\]\[,;$:H][^\]\[,;$:]*)\]|(Cl|Br|[BCNOPSFIbcnops*aA])")


def flattened(smarts: str) -> str:
    """The same with surroundings of one atom alone, as in ``[$([CH2]),$(CO)]``, written plainly."""
    start = smarts.find("$([")
    while start >= 0:
        end = _end(smarts, start)
        content = smarts[start + 3 : end - 2]
        one_atom = smarts[end - 2] == "]" and _is_one_choice(content)
        if one_atom and not smarts[:start].endswith("!"):
            smarts = smarts[:start] + content + smarts[end:]
            start -= 1
        start = smarts.find("$([", start + 1)
    return smarts


def _is_one_choice(content: str) -> bool:
    """Whether a text is the content of one bracket that may stand within another."""
    if content.startswith("H") or len(_split(content, ",")) + len(_split(content, ";")) > 2:
        return False
    depth = 0
    for character in content:
        depth += {"[": 1, "]": -1}.get(character, 0)
        if depth < 0:
            return False
    return True


def without_surroundings(smarts: str) -> str:
    """SMARTS of one atom that matches whatever the given one matches, without recursion.

    Surroundings are replaced by the kind of the atom they begin with, or by ``*``.
    """
    while (start := smarts.find("$(")) >= 0:
        end = _end(smarts, start)
        negated = smarts[:start].endswith("!")
        first = None if negated else _FIRST_ATOM.match(smarts, start + 2, end - 1)
        kind = (first[1] or first[2]) if first else "*"
        smarts = smarts[: start - negated] + kind + smarts[end:]
    return smarts


def surroundings(smarts: str) -> list[list[list[str]]]:
    """Surroundings that one atom must have: all of any of all.

    Parameters
    ----------
    smarts : SMARTS of one atom, such as ``[c;!H0,$(c-N)]``.

    Returns
    -------
    For each part that `;` separates the choices that `,` separates, each with the SMARTS of the
    surroundings it asks, all of them. A choice that asks none is empty.
    """
    if not smarts.startswith("["):
        return []
    return [[_asked(choice) for choice in _split(part, ",")] for part in _split(smarts[1:-1], ";")]


def plain_choices(smarts: str) -> str:
    """SMARTS of one atom without the choices, separated by `,`, that ask for surroundings.

    A part of choices that all ask for some is left as it is.
    """
    if not smarts.startswith("["):
        return smarts
    parts = []
    for part in _split(smarts[1:-1], ";"):
        choices = _split(part, ",")
        parts.append(",".join([one for one in choices if not _asked(one)] or choices))
    return f"[{';'.join(parts)}]"


def _asked(choice: str) -> list[str]:
    """The SMARTS within each ``$(…)`` that is not negated."""
    found = []
    start = choice.find("$(")
    while start >= 0:
        end = _end(choice, start)
        if not choice[:start].endswith("!"):
            found.append(choice[start + 2 : end - 1])
        start = choice.find("$(", end)
    return found


def _split(text: str, separator: str) -> list[str]:
    """Parts of a bracket's content between separators outside of ``$(…)``."""
    parts, begin, at = [], 0, 0
    while at < len(text):
        if text.startswith("$(", at):
            at = _end(text, at)
            continue
        if text[at] == separator:
            parts.append(text[begin:at])
            begin = at + 1
        at += 1
    return [*parts, text[begin:]]


def _end(text: str, start: int) -> int:
    """Where the ``$(…)`` that begins at `start` has ended."""
    depth, end = 1, start + 2
    while depth:
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        end += 1
    return end
