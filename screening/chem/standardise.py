"""The standardised parent of a structure: what the pipeline compares, describes and predicts.

Order of the work: read; clear isotopes; open salt bonds; refuse bound metals; draw functional
groups one way; choose the parent fragment; neutralise; canonical SMILES until it is stable;
InChIKey. Tautomers are not enumerated: a natural product is screened in the form it is reported
in, and the InChIKey already joins its mobile-hydrogen forms.

Isotope labels are cleared: a labelled compound is an analytical standard of the same structure,
no endpoint tells it apart, and its key would part it from its duplicates.

Idempotent and independent of the order of the atoms: on every structure of CMNPD 1.0 and
CyanoMetDB 2020, without exception.

After Bento et al. 2020 (ChEMBL structure pipeline), doi:10.1186/s13321-020-00456-1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rdkit import Chem, rdBase
from rdkit.Chem import rdinchi

from screening.chem.fragments import bound_metal, choose_parent, open_salt_bonds
from screening.chem.neutralise import neutralise
from screening.chem.normalise import normalise_groups
from screening.chem.parse import parse_smiles
from screening.chem.problem import Problem
from screening.chem.stereo import StereoState, stereo_counts, stereo_state

# The InChI library takes more than 1,023 atoms only when told so.
_INCHI_ATOMS = 1_023
_LABELLED = Chem.MolFromSmarts("[!0*]")


@dataclass(frozen=True, slots=True)
class Parent:
    """A standardised parent structure.

    Parameters
    ----------
    smiles : canonical isomeric SMILES of the neutral parent.
    inchikey : its standard InChIKey (27 characters), the ``structure_id``.
    flat_key : first block of the InChIKey (14 characters): the structure without stereochemistry.
    removed_fragments : SMILES of the fragments that were left out, sorted.
    changes : what was done, from ``isotopes_cleared``, ``salt_bond_opened``,
        ``groups_normalised``, ``fragments_removed``, ``mixture: <SMILES>[, ...]`` and
        ``neutralised``.
    stereo : ``defined``, ``partial`` or ``undefined`` (all, some or none of the possible stereo
        elements are stated), ``none`` where there is none to state.
    n_fragments : fragments of the input, the parent included.
    n_stereo : possible stereocentres and stereo double bonds.
    n_undefined_stereo : those of them that are not stated.
    """

    smiles: str
    inchikey: str
    flat_key: str
    removed_fragments: tuple[str, ...]
    changes: tuple[str, ...]
    stereo: StereoState
    n_fragments: int
    n_stereo: int
    n_undefined_stereo: int


@dataclass(frozen=True, slots=True)
class _Draft:
    """A parent before its key and stereo state are known."""

    smiles: str
    removed: tuple[str, ...]
    changes: tuple[str, ...]


def standardise(smiles: str) -> Parent | Problem:
    """Standardise one structure.

    Parameters
    ----------
    smiles : SMILES text as found in a library.

    Returns
    -------
    The parent, or a Problem with one of the codes of `parse_smiles`, ``metal``, ``no_carbon``,
    ``no_inchikey`` or ``crashed``. Nothing is raised for a bad molecule.
    """
    try:
        with rdBase.BlockLogs():
            return _standardise(smiles)
    except RuntimeError as error:
        # RDKit's own checks (invariants, preconditions) fail on a molecule it cannot handle.
        return Problem("crashed", f"RDKit: {' '.join(str(error).split())[:200]}")


def _standardise(smiles: str) -> Parent | Problem:
    first = _draft(smiles)
    if isinstance(first, Problem):
        return first
    stable = _stable_smiles(first)
    return stable if isinstance(stable, Problem) else _describe(stable, first)


def _stable_smiles(first: _Draft) -> str | Problem:
    """Standardise the result again until it no longer changes.

    Where nothing had to be changed, reading and writing it again is the whole pass. Elsewhere,
    neutralising can make a group that the normaliser then draws otherwise, and RDKit may need a
    second reading to settle a stereo mark. Should the forms go round in a ring, the first of the
    ring in alphabetical order is taken, so that the result does not depend on where it began.
    """
    if not first.changes:
        molecule = parse_smiles(first.smiles)
        if not isinstance(molecule, Problem) and Chem.MolToSmiles(molecule) == first.smiles:
            return first.smiles
    seen = [first.smiles]
    while True:
        again = _draft(seen[-1])
        if isinstance(again, Problem):
            return again
        if again.smiles in seen:
            return min(seen[seen.index(again.smiles) :])
        seen.append(again.smiles)


def _draft(smiles: str) -> _Draft | Problem:
    """One pass over one SMILES."""
    molecule = parse_smiles(smiles)
    if isinstance(molecule, Problem):
        return molecule
    changes: list[str] = []
    try:
        return _draft_parent(molecule, changes)
    except Chem.MolSanitizeException as error:
        return Problem("bad_valence", f"after cleaning: {error}")


def _draft_parent(molecule: Chem.Mol, changes: list[str]) -> _Draft | Problem:
    """The parent of a molecule that has been read; what was done is added to ``changes``."""
    molecule = _step(molecule, clear_isotopes, "isotopes_cleared", changes)
    molecule = _step(molecule, open_salt_bonds, "salt_bond_opened", changes)
    if symbol := bound_metal(molecule):
        return Problem("metal", f"{symbol} is bonded in the structure (complex or organometallic)")
    molecule = _step(molecule, normalise_groups, "groups_normalised", changes)
    chosen = choose_parent(molecule)
    if isinstance(chosen, Problem):
        return chosen
    parent, removed, mixed = chosen
    if removed:
        changes.append("fragments_removed")
    if mixed:
        changes.append(f"mixture: {', '.join(mixed)}")
    parent = _step(parent, neutralise, "neutralised", changes)
    return _Draft(str(Chem.MolToSmiles(parent)), tuple(removed), tuple(changes))


def _step(
    molecule: Chem.Mol,
    step: Callable[[Chem.Mol], Chem.Mol],
    name: str,
    changes: list[str],
) -> Chem.Mol:
    """Apply one step and note its name if the structure is another one afterwards."""
    after = step(molecule)
    if after is not molecule and Chem.MolToSmiles(after) != Chem.MolToSmiles(molecule):
        changes.append(name)
    return after


def clear_isotopes(molecule: Chem.Mol) -> Chem.Mol:
    """The molecule without isotope labels; hydrogen that was explicit as 2H or 3H is merged.

    Parameters
    ----------
    molecule : sanitised molecule; it is not altered.
    """
    if not molecule.HasSubstructMatch(_LABELLED):
        return molecule
    cleared = Chem.Mol(molecule)
    for atom in cleared.GetAtoms():
        atom.SetIsotope(0)
    cleared = Chem.RemoveHs(cleared)
    # A centre that only its label made chiral is none any more.
    Chem.AssignStereochemistry(cleared, cleanIt=True, force=True)
    return cleared


def inchikey(molecule: Chem.Mol) -> str:
    """Standard InChIKey (27 characters), or ``""`` where the InChI library fails.

    Parameters
    ----------
    molecule : sanitised molecule; it is not altered.
    """
    large = molecule.GetNumHeavyAtoms() > _INCHI_ATOMS
    options = "-LargeMolecules" if large else ""
    return str(rdinchi.MolToInchiKey(molecule, options))


def _describe(smiles: str, first: _Draft) -> Parent | Problem:
    """The finished parent, with the fragments and changes of the first pass."""
    molecule = parse_smiles(smiles)
    if isinstance(molecule, Problem):
        return molecule
    key = inchikey(molecule)
    if not key:
        return Problem("no_inchikey", "the InChI library gives no key for the structure")
    n_stereo, n_undefined = stereo_counts(molecule)
    return Parent(
        smiles=smiles,
        inchikey=key,
        flat_key=key[:14],
        removed_fragments=first.removed,
        changes=first.changes,
        stereo=stereo_state(n_stereo, n_undefined),
        n_fragments=1 + len(first.removed),
        n_stereo=n_stereo,
        n_undefined_stereo=n_undefined,
    )
