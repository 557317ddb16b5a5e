"""What the networks read of a molecule: graph, Morgan counts and a few descriptors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem import Mol, MolFromSmiles, rdMolDescriptors
from rdkit.rdBase import BlockLogs

from screening.chem import crippen, surface_areas
from screening.chem.fingerprints import MORGAN_BITS, morgan_counts
from screening.chem.graphs import mol_graph
from screening.chem.molecule_facts import MoleculeFacts
from screening.chem.problem import Problem

FEATURE_VERSION = "graph1-morgan2x2048-descriptors75"
N_DESCRIPTORS = 75


@dataclass(frozen=True, slots=True)
class Features:
    """Plain arrays of one structure, cheap to send between processes.

    atoms : (n_atoms, 7) uint8. bond_atoms : (n_bonds, 2) uint16. bonds : (n_bonds, 3) uint8.
    bits : (n_bits,) uint16 ascending. counts : (n_bits,) uint8. descriptors : (75,) float32.
    """

    atoms: NDArray[np.uint8]
    bond_atoms: NDArray[np.uint16]
    bonds: NDArray[np.uint8]
    bits: NDArray[np.uint16]
    counts: NDArray[np.uint8]
    descriptors: NDArray[np.float32]


def _descriptors(facts: MoleculeFacts) -> NDArray[np.float32]:
    """Cheap descriptors; counts, sizes and areas as log(1 + x), which long tails need.

    Weight, molar refractivity, polar surface, aromatic rings and stereocentres; 42 molecular
    quantum numbers (Nguyen et al. 2009, ChemMedChem 4:1803, doi:10.1002/cmdc.200900317); surface
    by ranges of log P (12) and of charge (14; Labute 2000, J. Mol. Graph. Model. 18:464,
    doi:10.1016/S1093-3263(00)00068-1); then log P and the share of sp3 carbons.
    """
    mol = facts.molecule
    log_p, refractivity = crippen.sums(facts)
    amounts = (
        facts.mass_da,
        max(refractivity, 0.0),
        rdMolDescriptors.CalcTPSA(mol),
        rdMolDescriptors.CalcNumAromaticRings(mol),
        facts.n_stereocentres,
        *rdMolDescriptors.MQNs_(mol),
        *surface_areas.by_log_p(facts),
        *rdMolDescriptors.PEOE_VSA_(mol),
    )
    # RDKit's surfaces of iodine and the like can be negative; below -1 they count as none.
    with np.errstate(invalid="ignore"):
        logarithms = np.log1p(amounts)
    values = [*logarithms, log_p, rdMolDescriptors.CalcFractionCSP3(mol)]
    finite: NDArray[np.float64] = np.nan_to_num(np.array(values, dtype=np.float64))
    clipped: NDArray[np.float32] = np.clip(finite, -20.0, 20.0).astype(np.float32)
    return clipped


def featurise(parent_smiles: str) -> Features | Problem:
    """Featurise a standardised parent; a molecule that cannot be used gives a Problem."""
    with BlockLogs():
        mol = MolFromSmiles(parent_smiles)
    if mol is None:
        return Problem("bad_smiles", "the parent SMILES does not parse")
    return featurise_molecule(mol)


def featurise_molecule(molecule: Mol) -> Features | Problem:
    """Featurise the sanitised molecule of a standardised parent."""
    facts = MoleculeFacts(molecule)
    if facts.n_heavy == 0:
        return Problem("empty_structure", "the structure has no heavy atom")
    graph = mol_graph(facts)
    fingerprint = morgan_counts(molecule)
    return Features(
        graph.atoms,
        graph.bond_atoms,
        graph.bonds,
        fingerprint.bits,
        fingerprint.counts,
        _descriptors(facts),
    )


@dataclass(frozen=True, slots=True)
class PackedFeatures:
    """Many structures end to end; row i owns `[offset[i], offset[i + 1])` of each flat array.

    atom_offset, bond_offset, bit_offset : (n + 1,) int64. descriptors : (n, 75) float32.
    """

    atoms: NDArray[np.uint8]
    atom_offset: NDArray[np.int64]
    bond_atoms: NDArray[np.uint16]
    bonds: NDArray[np.uint8]
    bond_offset: NDArray[np.int64]
    bits: NDArray[np.uint16]
    counts: NDArray[np.uint8]
    bit_offset: NDArray[np.int64]
    descriptors: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.descriptors)


def _offsets(sizes: Sequence[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)


def pack(features: Sequence[Features]) -> PackedFeatures:
    """Put structures end to end; at least one is needed."""
    return PackedFeatures(
        atoms=np.concatenate([item.atoms for item in features]),
        atom_offset=_offsets([len(item.atoms) for item in features]),
        bond_atoms=np.concatenate([item.bond_atoms for item in features]),
        bonds=np.concatenate([item.bonds for item in features]),
        bond_offset=_offsets([len(item.bonds) for item in features]),
        bits=np.concatenate([item.bits for item in features]),
        counts=np.concatenate([item.counts for item in features]),
        bit_offset=_offsets([len(item.bits) for item in features]),
        descriptors=np.stack([item.descriptors for item in features]),
    )


def dense_counts(packed: PackedFeatures, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """(n_rows, 2048) float32 Morgan counts."""
    positions, owner = take_ranges(packed.bit_offset, rows)
    counts = np.zeros((len(rows), MORGAN_BITS), dtype=np.float32)
    counts[owner, packed.bits[positions]] = packed.counts[positions]
    return counts


def take_ranges(
    offset: NDArray[np.int64], rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Flat positions owned by `rows`, and for each the index into `rows` that owns it."""
    sizes = offset[rows + 1] - offset[rows]
    owner = np.repeat(np.arange(len(rows)), sizes)
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    positions = np.arange(int(sizes.sum())) - first[owner] + offset[rows][owner]
    return positions, owner
