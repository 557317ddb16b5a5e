"""Neutral form of a fragment: protons are moved, permanent charges stay and are balanced."""

from __future__ import annotations

from functools import cache

from rdkit import Chem
from rdkit.Chem.MolStandardize import rdMolStandardize

from screening.chem.source_table import read_source_table

_CHARGED = Chem.MolFromSmarts("[!+0]")
# Cyclopentadienyl, indenyl: the charge belongs to the ring and to no one atom. Carbocations, such
# as tropylium: no acid, but an electrophile.
_CARBON_CHARGE = Chem.MolFromSmarts("[$([cX3-]),$([#6+])]")


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
    (betaine hydrochloride and betaine have one parent). Carbocations stay, and carbanions that are
    part of an aromatic ring: which of its atoms would take the proton is not stated.

    Parameters
    ----------
    molecule : sanitised molecule of one fragment; it is not altered.
    """
    if not molecule.HasSubstructMatch(_CHARGED):
        return molecule
    neutral = _uncharged(molecule)
    while Chem.GetFormalCharge(neutral) > 0:
        balanced = _deprotonate_once(neutral)
        if balanced is None:
            return neutral
        neutral = balanced
    return neutral


def _uncharged(molecule: Chem.Mol) -> Chem.Mol:
    """RDKit's neutral form, save for the charges that belong to carbon.

    Uncharger would take the proton of tropylium and give one to cyclopentadienyl, at the atom that
    happens to bear the sign, and leave an aromatic ring that is none.
    """
    sites = [site for (site,) in molecule.GetSubstructMatches(_CARBON_CHARGE)]
    if not sites:
        return _uncharger().uncharge(molecule)
    masked = Chem.Mol(molecule)
    for atom in map(masked.GetAtomWithIdx, sites):
        # A cation without hydrogen is permanent to Uncharger: it leaves anions to balance it.
        atom.SetNumExplicitHs(0)
        atom.SetNoImplicit(True)
    masked.UpdatePropertyCache(strict=False)
    neutral = _uncharger().uncharge(masked)
    for site in sites:
        before, after = molecule.GetAtomWithIdx(site), neutral.GetAtomWithIdx(site)
        after.SetFormalCharge(before.GetFormalCharge())
        after.SetNoImplicit(before.GetNoImplicit())
        after.SetNumExplicitHs(before.GetNumExplicitHs())
    Chem.SanitizeMol(neutral)
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
