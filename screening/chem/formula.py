"""Molecular formulas as sources state them, compared with those of structures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

from rdkit import Chem
from rdkit.Chem import rdMolDescriptors

_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻−", "01234567890123456789+--")
_MARKUP = re.compile(r"</?su[bp]>|[_{}$\s\[\]]", re.IGNORECASE)
_CHARGE = re.compile(r"(?:\^\d*[+-]|[+-]\d*)$")
_PARTS = re.compile(r"[.·•*]")
_PART = re.compile(r"(\d*)((?:[A-Z][a-z]?\d*|\((?:[A-Z][a-z]?\d*)+\)\d*)+)")
_TOKEN = re.compile(r"([A-Z][a-z]?)(\d*)|\(((?:[A-Z][a-z]?\d*)+)\)(\d*)")


@cache
def _symbols() -> frozenset[str]:
    table = Chem.GetPeriodicTable()
    return frozenset(table.GetElementSymbol(number) for number in range(1, 119)) | {"D", "T"}


def parse_formula(text: str) -> tuple[Counter[str], ...]:
    """The components of a formula, each as element → atoms; ``()`` where it cannot be read.

    Parameters
    ----------
    text : such as ``C32H49N3O5S``, ``C₁₀H₁₅NO·HCl``, ``C10H16NO+`` or ``C2H4O2.2Na``; deuterium
        and tritium count as hydrogen.
    """
    plain = _CHARGE.sub("", _MARKUP.sub("", text.translate(_SUBSCRIPTS)))
    components = []
    for part in _PARTS.split(plain):
        match = _PART.fullmatch(_CHARGE.sub("", part))
        counts = _count(match[2]) if match else None
        if match is None or counts is None:
            return ()
        times = int(match[1] or 1)
        components.append(Counter({symbol: times * n for symbol, n in counts.items()}))
    return tuple(components)


def _count(text: str) -> Counter[str] | None:
    counts: Counter[str] = Counter()
    for symbol, number, group, times in _TOKEN.findall(text):
        if group:
            inner = _count(group) or Counter()
            for element, n in inner.items():
                counts[element] += n * int(times or 1)
        elif symbol not in _symbols():
            return None
        else:
            counts["H" if symbol in ("D", "T") else symbol] += int(number or 1)
    return counts


def formula_of(molecule: Chem.Mol) -> str:
    """Molecular formula in Hill order, with its charge."""
    return str(rdMolDescriptors.CalcMolFormula(molecule))


def same_formula(stated: str, molecule: Chem.Mol) -> bool | None:
    """Whether a stated formula fits a structure; None where the text is no formula.

    It fits if all of it, or its largest component, has the atoms of all of the structure or of its
    largest fragment. Where there are charges, as many hydrogens may differ as there are charges:
    sources state ions and neutral forms alike.

    Parameters
    ----------
    stated : formula as the source writes it.
    molecule : sanitised structure as read, salts included; it is not altered.
    """
    components = parse_formula(stated)
    if not components:
        return None
    text = formula_of(molecule)
    if stated == text:
        return True
    charges = sum(abs(atom.GetFormalCharge()) for atom in molecule.GetAtoms())
    if _CHARGE.search(stated.translate(_SUBSCRIPTS)):
        charges = max(1, charges)
    whole = sum(components, Counter())
    claims = [whole, max(components, key=_n_heavy)]
    facts = [*parse_formula(text)]
    fragments = Chem.GetMolFrags(molecule, asMols=True, sanitizeFrags=False)
    if len(fragments) > 1:
        largest = max(fragments, key=lambda fragment: fragment.GetNumHeavyAtoms())
        facts += parse_formula(formula_of(largest))
    return any(_fits(claim, fact, charges) for claim in claims for fact in facts)


def _n_heavy(counts: Mapping[str, int]) -> int:
    return sum(n for symbol, n in counts.items() if symbol != "H")


def _fits(claim: Mapping[str, int], fact: Mapping[str, int], tolerance: int) -> bool:
    heavy = (set(claim) | set(fact)) - {"H"}
    if any(claim.get(symbol, 0) != fact.get(symbol, 0) for symbol in heavy):
        return False
    return abs(claim.get("H", 0) - fact.get("H", 0)) <= tolerance
