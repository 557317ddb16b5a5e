"""The standardised parent of a structure: what the pipeline compares, describes and predicts.

Order of the work: read; clear isotopes; open salt bonds; refuse bound metals; draw functional
groups one way; choose the parent fragment; neutralise; canonical SMILES until it is stable;
InChIKey. Tautomers are not enumerated: a natural product is screened in the form it is reported
in, and the InChIKey already joins its mobile-hydrogen forms.

Isotope labels are cleared: a labelled compound is an analytical standard of the same structure,
no endpoint tells it apart, and its key would part it from its duplicates.

Idempotent and independent of the order of the atoms: on every structure of CMNPD 1.0 and
CyanoMetDB 2020, without exception (tests/benchmarks/standardise_properties.py).

After Bento et al. 2020 (ChEMBL structure pipeline), doi:10.1186/s13321-020-00456-1; the choice is
reasoned in docs/decisions/0005-standardiser.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from rdkit import Chem, rdBase

from screening.chem.draft import Draft, draft, reread
from screening.chem.inchi import inchikey
from screening.chem.notation import Notation, read_preferred
from screening.chem.problem import Problem
from screening.chem.reading import Reading
from screening.chem.stereo import StereoState, stereo_counts, stereo_state

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Parent:
    """A standardised parent structure.

    Parameters
    ----------
    smiles : canonical isomeric SMILES of the neutral parent.
    inchikey : its standard InChIKey (27 characters), the ``structure_id``.
    flat_key : first block of the InChIKey (14 characters): the structure without stereochemistry.
    input_smiles : SMILES as read, or RDKit's SMILES of the molblock or InChI as read.
    removed_fragments : SMILES of the fragments that were left out, sorted.
    removed_names : their names, parallel to ``removed_fragments``.
    changes : notes of the reading (another column taken, relative stereochemistry kept as drawn),
        then what was done, from ``isotopes_cleared``, ``salt_bond_opened``,
        ``groups_normalised``, ``fragments_removed``, ``mixture: <SMILES>[, ...]``,
        ``mixture of stereoisomers: <SMILES>[, ...]``,
        ``coordinating metal left out: <names>`` and
        ``neutralised`` (or ``not <one of these>: RDKit cannot read the result``), then what is
        kept though it is unusual:
        ``unusual element: <symbols>``, ``radical: <where>``.
    stereo : ``defined``, ``partial`` or ``undefined`` (all, some or none of the possible stereo
        elements are stated), ``none`` where there is none to state.
    n_fragments : fragments of the input, the parent included.
    n_stereo : possible stereocentres and stereo double bonds.
    n_undefined_stereo : those of them that are not stated.
    """

    smiles: str
    inchikey: str
    flat_key: str
    input_smiles: str
    removed_fragments: tuple[str, ...]
    removed_names: tuple[str, ...]
    changes: tuple[str, ...]
    stereo: StereoState
    n_fragments: int
    n_stereo: int
    n_undefined_stereo: int


def standardise(
    text: str, notation: Notation = "smiles", alternatives: Sequence[str] = ()
) -> Parent | Problem:
    """Standardise one structure.

    Parameters
    ----------
    text : structure as found in a library.
    notation : ``smiles`` (a CXSMILES tail is heeded), ``inchi`` or ``molblock``.
    alternatives : ``notation:text`` of further structures of the record, taken in this order where
        the first cannot be read.

    Returns
    -------
    The parent, or a Problem with one of the codes of `read_structure`, ``metal``, ``no_carbon``,
    ``no_inchikey`` or ``crashed``. Nothing is raised for a bad molecule.
    """
    reading = guarded(lambda: read_preferred(text, notation, alternatives))
    return reading if isinstance(reading, Problem) else standardise_reading(reading)


def standardise_reading(reading: Reading) -> Parent | Problem:
    """Standardise a structure that has been read."""
    return guarded(lambda: _standardise(reading))


def guarded(work: Callable[[], Result | Problem]) -> Result | Problem:
    """Run RDKit's work silently; where its own checks fail, the molecule is the problem."""
    try:
        with rdBase.BlockLogs():
            return work()
    except Chem.MolSanitizeException as error:
        # A step made, or InChI rebuilt, what RDKit takes for no molecule.
        return Problem("bad_valence", str(error))
    except RuntimeError as error:
        # RDKit's invariants and preconditions fail on a molecule that it cannot handle.
        return Problem("crashed", f"RDKit: {' '.join(str(error).split())[:200]}")


def parent_molecule(text: str) -> ParentMolecule | Problem:
    """The parent of a SMILES as `standardise` finds it, without its key and stereo state.

    For what neither keeps nor compares the structure.

    Returns
    -------
    The parent, or a Problem as of `standardise`, but for ``no_inchikey``.
    """
    reading = guarded(lambda: read_preferred(text, "smiles"))
    if isinstance(reading, Problem):
        return reading
    settled = guarded(lambda: _settled(reading))
    return settled if isinstance(settled, Problem) else settled.parent


class ParentMolecule(NamedTuple):
    """Canonical isomeric SMILES of a parent, and RDKit's molecule of it."""

    smiles: str
    molecule: Chem.Mol


class _Settled(NamedTuple):
    """A parent that another pass does not change, and what the first pass did."""

    parent: ParentMolecule
    first: Draft


def _standardise(reading: Reading) -> Parent | Problem:
    settled = _settled(reading)
    if isinstance(settled, Problem):
        return settled
    (smiles, molecule), first = settled
    key = inchikey(molecule)
    if not key:
        return Problem("no_inchikey", "the InChI library gives no key for the structure")
    n_stereo, n_undefined = stereo_counts(molecule)
    return Parent(
        smiles=smiles,
        inchikey=key,
        flat_key=key[:14],
        input_smiles=reading.smiles,
        removed_fragments=first.removed,
        removed_names=first.removed_names,
        changes=(*reading.notes, *first.changes, *first.remarks),
        stereo=stereo_state(n_stereo, n_undefined),
        n_fragments=1 + len(first.removed),
        n_stereo=n_stereo,
        n_undefined_stereo=n_undefined,
    )


def _settled(reading: Reading) -> _Settled | Problem:
    first = draft(reading.molecule)
    if isinstance(first, Problem):
        return first
    if reading.is_of_smiles and reading.smiles == first.smiles:
        # Another pass would read the same text and do the same to it.
        return _Settled(ParentMolecule(first.smiles, reading.molecule), first)
    parent = _stable(first)
    return parent if isinstance(parent, Problem) else _Settled(parent, first)


def _stable(first: Draft) -> ParentMolecule | Problem:
    """Standardise the result again until it no longer changes.

    Neutralising can make a group that the normaliser then draws otherwise, and RDKit may need a
    second reading to settle a stereo mark. Should the forms go round in a ring, the first of the
    ring in alphabetical order is taken, so that the result does not depend on where it began.
    """
    seen = [first.smiles]
    while True:
        molecule = reread(seen[-1])
        if isinstance(molecule, Problem):
            return molecule
        again = draft(molecule)
        if isinstance(again, Problem):
            return again
        if again.smiles == seen[-1]:
            return ParentMolecule(again.smiles, molecule)
        if again.smiles in seen:
            smiles = min(seen[seen.index(again.smiles) :])
            chosen = reread(smiles)
            return chosen if isinstance(chosen, Problem) else ParentMolecule(smiles, chosen)
        seen.append(again.smiles)
