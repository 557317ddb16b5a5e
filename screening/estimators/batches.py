"""Batches of packed structures as tensors."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from screening.chem.fingerprints import MORGAN_BITS
from screening.chem.graphs import ATOM_FIELD_SIZES, BOND_FIELD_SIZES
from screening.estimators.features import PackedFeatures, take_ranges

_ATOM_START = np.concatenate([[0], np.cumsum(ATOM_FIELD_SIZES)[:-1]])
# What one step of a field adds to the number of a kind of bond; the last field changes fastest.
_BOND_STEPS = np.cumprod((1, *BOND_FIELD_SIZES[:0:-1]))[::-1]
BOND_KINDS = np.array(list(product(*map(range, BOND_FIELD_SIZES))), dtype=np.int64)
"""(20, 3) int64 fields of every kind of bond, in the order of the kinds' numbers."""


class Batch(NamedTuple):
    """Tensors of one batch.

    atoms : (n_atoms, 7) int64, indices into one joint table. edges : (2, 2 * n_bonds) int64.
    bonds : (2 * n_bonds,) int64, numbers in `BOND_KINDS`. owner : (n_atoms,) int64, ascending
    structure index. counts : (n_structures, 2048) float32, log(1 + count). descriptors :
    (n_structures, 75) float32.
    """

    atoms: Tensor
    edges: Tensor
    bonds: Tensor
    owner: Tensor
    counts: Tensor
    descriptors: Tensor

    def to(self, device: str) -> Batch:
        """The same batch on a device."""
        return Batch(*(tensor.to(device) for tensor in self))


def make_batch(packed: PackedFeatures, rows: NDArray[np.int64]) -> Batch:
    """Collect some rows of a packed set."""
    atom_positions, owner = take_ranges(packed.atom_offset, rows)
    bond_positions, bond_owner = take_ranges(packed.bond_offset, rows)
    sizes = packed.atom_offset[rows + 1] - packed.atom_offset[rows]
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    ends = packed.bond_atoms[bond_positions].astype(np.int64) + first[bond_owner][:, None]
    edges = np.concatenate([ends, ends[:, ::-1]]).T
    bonds = packed.bonds[bond_positions] @ _BOND_STEPS
    bit_positions, bit_owner = take_ranges(packed.bit_offset, rows)
    counts = np.zeros((len(rows), MORGAN_BITS), dtype=np.float32)
    counts[bit_owner, packed.bits[bit_positions]] = np.log1p(
        packed.counts[bit_positions].astype(np.float32)
    )
    return Batch(
        torch.from_numpy(packed.atoms[atom_positions].astype(np.int64) + _ATOM_START),
        torch.from_numpy(np.ascontiguousarray(edges)),
        torch.from_numpy(np.concatenate([bonds, bonds])),
        torch.from_numpy(owner),
        torch.from_numpy(counts),
        torch.from_numpy(packed.descriptors[rows]),
    )
