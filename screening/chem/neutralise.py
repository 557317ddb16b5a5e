"""Neutral form of a fragment: protons are moved, permanent charges stay and are balanced."""

from __future__ import annotations

from functools import cache

from rdkit import Chem
from rdkit.Chem.MolStandardize import rdMolStandardize

from screening.chem.source_table import read_source_table

_CHARGED = Chem.MolFromSmarts("[!+0]")


@cache
def _uncharger() -> rdMolStandardize.Uncharger:
    # canonicalOrder: which of several anions stays beside a quaternary nitrogen must not depend
    # on the order of the atoms.
    return rdMolStandardize.Uncharger(canonicalOrder=True)


@cache
def _acids() -> tuple[Chem.Mol, ...]:
    """Patterns of ``acids.tsv``, strongest acid first."""
    return tuple(Chem.MolFromSmarts(row["smarts"]) for row in read_source_table("acids.tsv"))


def neutralise(molecule: Chem.Mol) -> Chem.Mol:
    """Neutral form of one fragment.

    Amino acids lose their zwitterion. A quaternary nitrogen keeps its charge; an anion of the same
    fragment stays to balance it, and where there is only its acid, the acid gives up the proton
    (betaine hydrochloride and betaine have one parent).

    Parameters
    ----------
    molecule : sanitised molecule of one fragment; it is not altered.
    """
    if not molecule.HasSubstructMatch(_CHARGED):
        return molecule
    neutral = _uncharger().uncharge(molecule)
    while Chem.GetFormalCharge(neutral) > 0:
        balanced = _deprotonate_once(neutral)
        if balanced is None:
            return neutral
        neutral = balanced
    return neutral


def _deprotonate_once(molecule: Chem.Mol) -> Chem.Mol | None:
    """Take the proton of the strongest acid; None if there is no acid."""
    for acid in _acids():
        sites = sorted({match[0] for match in molecule.GetSubstructMatches(acid)})
        if sites:
            # Among equal acids the first in canonical order, whatever the order of the atoms.
            ranks = list(Chem.CanonicalRankAtoms(molecule))
            return _deprotonated(molecule, min(sites, key=lambda site: ranks[site]))
    return None


def _deprotonated(molecule: Chem.Mol, site: int) -> Chem.Mol:
    anion = Chem.Mol(molecule)
    atom = anion.GetAtomWithIdx(site)
    atom.SetFormalCharge(-1)
    atom.SetNumExplicitHs(0)
    Chem.SanitizeMol(anion)
    return anion
