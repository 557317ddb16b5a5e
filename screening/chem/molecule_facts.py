"""What several descriptors need of a molecule, read from RDKit once."""

from __future__ import annotations

from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import (
    Atom,
    Bond,
    GetAdjacencyMatrix,
    GetDistanceMatrix,
    Mol,
    MolFromSmarts,
    rdMolDescriptors,
)
from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator
from rdkit.Chem.rdPartialCharges import ComputeGasteigerCharges

# All of an atom that SMARTS can ask without its surroundings, but for chirality: atomic number,
# aromatic, hydrogens, degree, degree with hydrogens, valence, charge, isotope, number of rings and
# size of the smallest (0 without).
AtomKind = tuple[int, bool, int, int, int, int, int, int, int, int]
SMALLEST_RING = 9
# Order of a bond (1.5 where aromatic), and whether it is in a ring.
BondKind = tuple[float, bool]
IN_RING = 1
_UNUSUAL_BOND = MolFromSmarts("*!-!=!#!:*")


class MoleculeFacts:
    """A sanitised molecule and what is read from it when first asked for.

    Parameters
    ----------
    molecule : is not altered, but RDKit leaves its caches on it.
    """

    def __init__(self, molecule: Mol) -> None:
        self.molecule = molecule
        self.n_atoms: int = molecule.GetNumAtoms()
        self.n_bonds: int = molecule.GetNumBonds()
        self.n_heavy: int = molecule.GetNumHeavyAtoms()
        # What other modules computed of it, by a name of theirs.
        self.kept: dict[str, Any] = {}

    @cached_property
    def rings(self) -> tuple[tuple[int, ...], ...]:
        """Atoms of each ring of the symmetrised smallest set, in their order along the ring."""
        return tuple(self.molecule.GetRingInfo().AtomRings())

    @cached_property
    def atoms(self) -> list[Atom]:
        """The atoms."""
        get = self.molecule.GetAtomWithIdx  # much faster than iterating GetAtoms
        return [get(index) for index in range(self.n_atoms)]

    @cached_property
    def atomic_numbers(self) -> list[int]:
        """Atomic number of each atom."""
        return [atom.GetAtomicNum() for atom in self.atoms]

    @cached_property
    def n_hydrogens(self) -> list[int]:
        """Hydrogens on each atom that are no atoms of their own."""
        return [atom.GetTotalNumHs() for atom in self.atoms]

    @cached_property
    def degrees(self) -> list[int]:
        """Bonded atoms of each atom."""
        return [atom.GetDegree() for atom in self.atoms]

    @cached_property
    def charges(self) -> list[int]:
        """Formal charge of each atom."""
        return [atom.GetFormalCharge() for atom in self.atoms]

    @cached_property
    def are_aromatic(self) -> list[bool]:
        """Whether each atom is aromatic."""
        return [atom.GetIsAromatic() for atom in self.atoms]

    @cached_property
    def atom_rings(self) -> tuple[list[int], list[int]]:
        """Number of rings of each atom, and size of the smallest of them (0 without)."""
        n_rings = [0] * self.n_atoms
        smallest = [0] * self.n_atoms
        for ring in self.rings:
            size = len(ring)
            for index in ring:
                n_rings[index] += 1
                if not smallest[index] or size < smallest[index]:
                    smallest[index] = size
        return n_rings, smallest

    @cached_property
    def atom_kinds(self) -> list[AtomKind]:
        """The kind of each atom."""
        atoms, hydrogens = self.atoms, self.n_hydrogens
        if not self.has_plain_hydrogens:
            hydrogens = [atom.GetTotalNumHs(True) for atom in atoms]
        kinds = zip(
            self.atomic_numbers,
            self.are_aromatic,
            hydrogens,
            self.degrees,
            [degree + n for degree, n in zip(self.degrees, self.n_hydrogens, strict=True)],
            [atom.GetTotalValence() for atom in atoms],
            self.charges,
            [atom.GetIsotope() for atom in atoms],
            *self.atom_rings,
            strict=True,
        )
        return list(kinds)

    @cached_property
    def has_plain_hydrogens(self) -> bool:
        """Hydrogens are counts of their atoms, none is an atom of its own."""
        return 1 not in self.atomic_numbers

    @cached_property
    def orders(self) -> NDArray[np.float64]:
        """(n_atoms, n_atoms) float64, orders of the bonds, 1.5 where aromatic, 0 without bond."""
        return np.asarray(GetAdjacencyMatrix(self.molecule, useBO=True), dtype=np.float64)

    @cached_property
    def bonded(self) -> NDArray[np.int64]:
        """(2, n_bonds) int64, lower and higher atoms of the bonds, in the order of `bonds`."""
        ends = np.array(self.orders.nonzero())
        return ends[:, ends[0] < ends[1]]

    @cached_property
    def bonds(self) -> tuple[list[int], list[int], list[float]]:
        """Lower atoms, higher atoms and orders of the bonds, by lower, then higher atom."""
        lower, higher = self.bonded
        return lower.tolist(), higher.tolist(), self.orders[lower, higher].tolist()

    @cached_property
    def neighbours(self) -> list[list[tuple[float, int]]]:
        """Order of each bond of each atom, and the atom at its other end."""
        around: list[list[tuple[float, int]]] = [[] for _ in range(self.n_atoms)]
        for lower, higher, order in zip(*self.bonds, strict=True):
            around[lower].append((order, higher))
            around[higher].append((order, lower))
        return around

    @cached_property
    def has_usual_bonds(self) -> bool:
        """All bonds are single, double, triple or aromatic, so that their orders tell all."""
        return not self.molecule.HasSubstructMatch(_UNUSUAL_BOND)

    @cached_property
    def is_usual(self) -> bool:
        """Some atoms, none of them hydrogen, all bonded in a usual way."""
        return self.n_atoms > 0 and self.has_plain_hydrogens and self.has_usual_bonds

    @cached_property
    def bond_kinds(self) -> list[tuple[int, int, BondKind]]:
        """Atoms and kind of each bond, in the order of `bonds`."""
        in_rings: set[tuple[int, int]] = set()
        for ring in self.rings:
            before = ring[-1]
            for index in ring:
                in_rings.add((before, index) if before < index else (index, before))
                before = index
        return [
            (lower, higher, (order, (lower, higher) in in_rings))
            for lower, higher, order in zip(*self.bonds, strict=True)
        ]

    def bond_of_kind(self, kind: BondKind) -> Bond:
        """One of the molecule's bonds that are of the kind."""
        lower, higher = next((one, two) for one, two, found in self.bond_kinds if found == kind)
        return self.molecule.GetBondBetweenAtoms(lower, higher)

    @cached_property
    def distances(self) -> NDArray[np.float64]:
        """(n_atoms, n_atoms) float64, bonds of the shortest path; 1e8 between parts."""
        return np.asarray(GetDistanceMatrix(self.molecule, False), dtype=np.float64)

    @cached_property
    def balaban_distances(self) -> NDArray[np.float64]:
        """(n_atoms, n_atoms) float64, as `distances`, a bond being as long as 1 / order."""
        matrix = GetDistanceMatrix(
            self.molecule, useBO=True, useAtomWts=False, force=False, prefix="Balaban"
        )
        return np.asarray(matrix, dtype=np.float64)

    @cached_property
    def has_charge_parameters(self) -> bool:
        """Whether Gasteiger charges are parametrised for all elements of the molecule."""
        try:
            ComputeGasteigerCharges(self.molecule, throwOnParamFailure=True)
        except ValueError:
            return False
        return True

    @cached_property
    def partial_charges(self) -> list[float]:
        """Gasteiger charge of each atom, e; NaN where an element has no parameters."""
        if not self.has_charge_parameters:
            ComputeGasteigerCharges(self.molecule)
        return [atom.GetDoubleProp("_GasteigerCharge") for atom in self.atoms]

    @cached_property
    def surface_areas(self) -> NDArray[np.float64]:
        """(n_atoms,) float64, Labute's approximate surface of each atom, angstrom^2."""
        return np.array(rdMolDescriptors._CalcLabuteASAContribs(self.molecule, True)[0])

    @cached_property
    def mass_da(self) -> float:
        """Average molecular mass, Da."""
        return float(rdMolDescriptors._CalcMolWt(self.molecule))

    @cached_property
    def n_stereocentres(self) -> int:
        """Tetrahedral stereocentres, stated or not."""
        return int(rdMolDescriptors.CalcNumAtomStereoCenters(self.molecule))

    def environments(self, radius: int) -> dict[int, int]:
        """Morgan environments up to a radius: identifier → occurrences."""
        name = f"environments {radius}"
        if name not in self.kept:
            fingerprint = _morgan_generator(radius).GetSparseCountFingerprint(self.molecule)
            self.kept[name] = fingerprint.GetNonzeroElements()
        found: dict[int, int] = self.kept[name]
        return found


@cache
def _morgan_generator(radius: int) -> Any:
    return GetMorganGenerator(radius=radius)
