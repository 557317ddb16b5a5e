"""Facts of one record that contradict each other: shown, never resolved."""

from __future__ import annotations

from collections.abc import Sequence

from rdkit import Chem

from screening.chem.formula import formula_of, same_formula
from screening.chem.graph_smiles import flat_smiles
from screening.chem.inchi import INCHIKEY, inchikey, key_of_inchi
from screening.chem.notation import read_structure
from screening.chem.problem import Problem
from screening.chem.reading import RELATIVE, Reading
from screening.chem.standardise import Parent, standardise_reading

# Words for an alternative's notation.
_NOTATIONS = {"smiles": "SMILES", "inchi": "InChI", "molblock": "molblock"}


def find_conflicts(
    reading: Reading,
    parent: Parent,
    *,
    stated_inchikey: str | None = None,
    stated_formula: str | None = None,
    alternatives: Sequence[str] = (),
) -> list[str]:
    """Sentences on what contradicts the structure of a record.

    Parameters
    ----------
    reading : the structure as read. If its stereochemistry is racemic or relative, the sentence
        begins with ``stereochemistry:``, for its InChIKey is that of one absolute isomer.
    parent : its standardised parent.
    stated_inchikey : InChIKey that the source states. It fits if it is that of the structure as
        read, or of its parent; where its first block alone fits, the sentence says that only
        stereochemistry, isotopes or charge differ.
    stated_formula : formula that the source states, as for `same_formula`.
    alternatives : ``notation:text`` of the record's further structures. One whose flat structure is
        another is a conflict; one that cannot be read is none.
    """
    found = _relative_stereo(reading)
    if stated_inchikey and (sentence := _key_conflict(reading, parent, stated_inchikey)):
        found.append(sentence)
    if stated_formula and same_formula(stated_formula.strip(), reading.molecule) is False:
        computed = formula_of(reading.molecule)
        found.append(f"stated formula {stated_formula.strip()}, the structure has {computed}")
    for alternative in alternatives:
        notation, _, text = alternative.partition(":")
        if other := _other_structure(reading, parent, notation, text):
            name = _NOTATIONS.get(notation, notation)
            sentence = f"another column ({name}) gives another structure: {other}"
            if sentence not in found:
                found.append(sentence)
    return found


def _relative_stereo(reading: Reading) -> list[str]:
    """One sentence on all groups AND and OR of the drawing, or none."""
    groups = [
        note.removeprefix(RELATIVE).strip(" ()")
        for note in reading.notes
        if note.startswith(RELATIVE)
    ]
    if not groups:
        return []
    told = ", ".join(groups)
    return [f"stereochemistry: racemic or relative ({told}), drawn as one isomer"]


def _key_conflict(reading: Reading, parent: Parent, stated: str) -> str:
    key = stated.strip().removeprefix("InChIKey=").upper()
    if not INCHIKEY.fullmatch(key):
        return f"stated InChIKey {stated.strip()[:60]!r} is none"
    if key == parent.inchikey:
        return ""
    unchanged = parent.smiles == str(Chem.MolToSmiles(reading.molecule))
    as_read = parent.inchikey if unchanged else inchikey(reading.molecule)
    if key == as_read:
        return ""
    flat = key[:14] in (as_read[:14], parent.flat_key)
    same = " (the same skeleton: stereochemistry, isotopes or charge differ)" if flat else ""
    return f"stated InChIKey {key}, the structure gives {as_read or 'none'}{same}"


def _other_structure(reading: Reading, parent: Parent, notation: str, text: str) -> str:
    """InChIKey of an alternative whose flat structure is another one, or ``""``."""
    if notation == "inchi":
        # Its key needs no structure to be rebuilt.
        key = key_of_inchi(text)
        if not key or key[:14] == parent.flat_key:
            return ""
    other = read_structure(text, notation)
    if isinstance(other, Problem) or flat_smiles(other.molecule) == flat_smiles(reading.molecule):
        return ""
    other_parent = standardise_reading(other)
    if isinstance(other_parent, Problem) or other_parent.flat_key == parent.flat_key:
        return ""
    return other_parent.inchikey
