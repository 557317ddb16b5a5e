"""Small edits of a molecule, read from analogue_edits.tsv and applied at one place drawn at random.

The reaction runs at the drawn place alone: RDKit leaves out every match with an atom that is
marked `_protected`, so that no product is made to be thrown away.
"""

from __future__ import annotations

import csv
import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rdkit import Chem
from rdkit.Chem import rdChemReactions

TABLE = Path(__file__).with_name("analogue_edits.tsv")
# Draws until an edit fits. Nearly every molecule takes one in a few draws.
DRAWS = 20
INVERT = "invert"
_PROTECTED = "_protected"


@dataclass(frozen=True)
class Edit:
    """One row of the table.

    Parameters
    ----------
    name : of the edit.
    reaction : what it does, and where; None: it inverts a stereocentre.
    """

    name: str
    reaction: rdChemReactions.ChemicalReaction | None


@cache
def edits() -> tuple[tuple[Edit, ...], tuple[float, ...]]:
    """All edits, and the sums of their weights up to each, as `random.choices` takes them."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))
    weights = itertools.accumulate(float(row["weight"]) for row in rows)
    return tuple(_edit(row["name"], row["reaction"]) for row in rows), tuple(weights)


def _edit(name: str, smarts: str) -> Edit:
    if smarts == INVERT:
        return Edit(name, None)
    reaction = rdChemReactions.ReactionFromSmarts(smarts)
    reaction.Initialize()
    return Edit(name, reaction)


class Editable:
    """A molecule to be edited again and again; the molecule itself stays as it is.

    Parameters
    ----------
    smiles : of the molecule.

    Raises
    ------
    ValueError : RDKit cannot read it.
    """

    def __init__(self, smiles: str) -> None:
        molecule = Chem.MolFromSmiles(smiles)
        if molecule is None:
            raise ValueError(f"not readable: {smiles}")
        self.molecule = molecule
        self.smiles = Chem.MolToSmiles(molecule)
        self._places: dict[str, Sequence[tuple[int, ...]]] = {}
        self._ready = False

    def edited(self, rng: random.Random) -> tuple[str, Editable] | None:
        """Name of an edit drawn at random and its product; None: none fits or it is no molecule."""
        known, cumulative = edits()
        for edit in rng.choices(known, cum_weights=cumulative, k=DRAWS):
            if self.places(edit):
                made = self.edited_by(edit, rng)
                return None if made is None else (edit.name, made)
        return None

    def places(self, edit: Edit) -> Sequence[tuple[int, ...]]:
        """Where an edit fits: the atoms of each place."""
        if not self._ready:  # not at once, since most products are not edited further
            _make_ready(self.molecule)
            self._ready = True
        if edit.name not in self._places:
            self._places[edit.name] = (
                _centres(self.molecule)
                if edit.reaction is None
                else self.molecule.GetSubstructMatches(edit.reaction.GetReactantTemplate(0))
            )
        return self._places[edit.name]

    def edited_by(self, edit: Edit, rng: random.Random) -> Editable | None:
        """The product of an edit that fits, at a place drawn at random; None: no molecule."""
        place = rng.choice(self.places(edit))
        if edit.reaction is None:
            product = _inverted(self.molecule, place[0])
        else:
            product = self._reacted(edit.reaction, place)
        # Reading the SMILES is the check of valences and the one sanitisation there is.
        smiles = Chem.MolToSmiles(product, canonical=False)
        if "." in smiles:
            return None
        try:
            return Editable(smiles)
        except ValueError:
            return None

    def _reacted(
        self, reaction: rdChemReactions.ChemicalReaction, place: tuple[int, ...]
    ) -> Chem.Mol:
        atoms = [self.molecule.GetAtomWithIdx(index) for index in place]
        for atom in atoms:
            atom.ClearProp(_PROTECTED)
        products = reaction.RunReactants((self.molecule,))
        for atom in atoms:
            atom.SetBoolProp(_PROTECTED, True)
        return products[0][0]


def _make_ready(molecule: Chem.Mol) -> None:
    for atom in molecule.GetAtoms():
        atom.SetBoolProp(_PROTECTED, True)
        if atom.GetAtomicNum() == 6 and not atom.GetFormalCharge():
            # The H of `[C@@H]` is a stated number, which would outlive a new substituent.
            atom.SetNumExplicitHs(0)
            atom.SetNoImplicit(False)
    molecule.UpdatePropertyCache()


def _centres(molecule: Chem.Mol) -> list[tuple[int]]:
    """Stereocentres that can be inverted without straining the rings that meet there."""
    rings = molecule.GetRingInfo()
    return [
        (atom.GetIdx(),)
        for atom in molecule.GetAtoms()
        if atom.GetChiralTag() != Chem.ChiralType.CHI_UNSPECIFIED
        and rings.NumAtomRings(atom.GetIdx()) < 2
    ]


def _inverted(molecule: Chem.Mol, atom: int) -> Chem.Mol:
    changed = Chem.Mol(molecule)
    changed.GetAtomWithIdx(atom).InvertChirality()
    return changed
