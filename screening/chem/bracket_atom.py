"""Atoms of a SMILES in square brackets, and elements that should stand in them."""

from __future__ import annotations

import re
from functools import cache

from rdkit import Chem

# Isotope, symbol, chirality, hydrogens, charge, atom class (OpenSMILES, section 3.1).
_ISOTOPE = re.compile(r"\d*")
_AROMATIC = ("se", "as", "te", "si", *"bcnops")
_REST = re.compile(
    r"(@(?:TH[12]|AL[12]|SP[123]|TB\d{1,2}|OH\d{1,2}|@)?)?(H\d*)?(\+\+|--|[+-]\d*)?(:\d+)?"
)
_WITHOUT_BRACKETS = frozenset({"B", "C", "N", "O", "P", "S", "F", "I", "Cl", "Br"})


@cache
def _symbols() -> frozenset[str]:
    table = Chem.GetPeriodicTable()
    return frozenset(table.GetElementSymbol(number) for number in range(1, 119))


def bracket_fault(inside: str) -> tuple[str, int] | None:
    """What is wrong with a bracket atom.

    Parameters
    ----------
    inside : text between the brackets.

    Returns
    -------
    A sentence with ``{place}`` in it and the index of that place; None where nothing is wrong.
    """
    match = _ISOTOPE.match(inside)
    start = match.end() if match else 0
    symbol = _symbol_at(inside, start)
    if not symbol:
        if start == len(inside):
            return "atom without an element at {place}", start
        named = re.match(r"[A-Za-z]+", inside[start:])
        stranger = (named[0] if named else inside[start])[:2]
        return f"unknown element {_quoted(stranger)} at {{place}}", start
    rest = _REST.match(inside, start + len(symbol))
    end = rest.end() if rest else start + len(symbol)
    if end < len(inside):
        return f"character {_quoted(inside[end])} at {{place}} has no meaning in an atom", end
    return None


def needs_brackets(text: str, index: int) -> str:
    """Symbol of an element that stands at an index without the brackets it needs, or ``""``.

    Two letters that are also two atoms of a valid SMILES (``Sc``, ``Co``) are left alone.
    """
    symbol = text[index : index + 2]
    if symbol in _symbols() and symbol not in _WITHOUT_BRACKETS:
        readable = symbol[0] in _WITHOUT_BRACKETS and symbol[1] in "bcnops"
        return "" if readable else symbol
    symbol = text[index]
    return symbol if symbol in _symbols() and symbol not in _WITHOUT_BRACKETS else ""


def _symbol_at(inside: str, start: int) -> str:
    if inside[start : start + 1] in ("*", "#"):
        match = re.match(r"\*|#\d+", inside[start:])
        return match[0] if match else ""
    two, one = inside[start : start + 2], inside[start : start + 1]
    if len(two) == 2 and (two in _symbols() or two in _AROMATIC):
        return two
    # A capital with a small letter is one symbol: [Xx] is an unknown element, not X and x.
    if two[1:].islower() and one.isupper():
        return ""
    return one if one in _symbols() or one in _AROMATIC else ""


def _quoted(text: str) -> str:
    """The text in quotes, with its braces doubled for `str.format`."""
    return repr(text).replace("{", "{{").replace("}", "}}")
