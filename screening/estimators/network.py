"""A multi-task graph network joined with a fingerprint branch.

Message passing is GINE (Hu et al. 2020, ICLR, arXiv:1905.12265) with residual connections.
Forests on Morgan counts beat pure graph networks on NCI-60 and Tox21, so the counts enter
beside the graph and one perceptron reads both.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch_geometric.nn import GINEConv
from torch_geometric.utils import scatter

from screening.chem.fingerprints import MORGAN_BITS
from screening.chem.graphs import ATOM_FIELD_SIZES, BOND_FIELD_SIZES
from screening.estimators.batches import BOND_KINDS, Batch
from screening.estimators.features import N_DESCRIPTORS


def _multi_hot(fields: Tensor, size: int) -> Tensor:
    """(n, size) float32 with a 1 for each field; a product with it is faster than embeddings."""
    return torch.zeros(len(fields), size, device=fields.device).scatter_(1, fields, 1.0)


def bond_kinds() -> Tensor:
    """(20, 9) float32, each kind of bond with a 1 for each of its fields."""
    sizes = torch.tensor(BOND_FIELD_SIZES)
    starts = sizes.cumsum(0) - sizes
    return _multi_hot(torch.from_numpy(BOND_KINDS) + starts, sum(BOND_FIELD_SIZES))


class _Convolution(GINEConv):  # type: ignore[misc]  # PyTorch Geometric is not typed
    """GINE whose messages overwrite what was gathered for them, instead of filling more memory."""

    def message(self, x_j: Tensor, edge_attr: Tensor) -> Tensor:
        return x_j.add_(edge_attr).relu_()


class GraphEncoder(nn.Module):
    """Atoms and bonds to one vector per structure.

    Output : (n_structures, 2 * hidden), mean and log-scaled sum over atoms.
    """

    def __init__(self, hidden: int, layers: int) -> None:
        super().__init__()
        self.atom_embedding = nn.Linear(sum(ATOM_FIELD_SIZES), hidden)
        self.bond_embeddings = nn.ModuleList(
            nn.Linear(sum(BOND_FIELD_SIZES), hidden) for _ in range(layers)
        )
        self.convolutions = nn.ModuleList(
            _Convolution(
                nn.Sequential(
                    nn.Linear(hidden, hidden),
                    nn.BatchNorm1d(hidden),
                    nn.ReLU(inplace=True),
                    nn.Linear(hidden, hidden),
                )
            )
            for _ in range(layers)
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(hidden) for _ in range(layers))
        self.bond_kinds: Tensor
        self.register_buffer("bond_kinds", bond_kinds(), persistent=False)

    def forward(self, batch: Batch) -> Tensor:
        """Encode a batch."""
        atoms: Tensor = self.atom_embedding(_multi_hot(batch.atoms, sum(ATOM_FIELD_SIZES)))
        layers = zip(self.convolutions, self.bond_embeddings, self.norms, strict=True)
        for convolution, embedding, norm in layers:
            # There are twenty kinds of bonds, and tens of thousands of bonds.
            bonds = embedding(self.bond_kinds).index_select(0, batch.bonds)
            atoms = atoms + norm(convolution(atoms, batch.edges, bonds)).relu_()
        size = len(batch.descriptors)
        total = scatter(atoms, batch.owner, dim=0, dim_size=size, reduce="sum")
        number = torch.bincount(batch.owner, minlength=size).to(total.dtype).unsqueeze(1)
        # The mean tells what a structure is made of; the sum over the root of the atom count
        # keeps its size without letting macrocycles run out of the trained range.
        return torch.cat([total / number, total / number.sqrt() / 4], dim=1)


class MultiTaskNetwork(nn.Module):
    """One ensemble member.

    Output : (n_structures, n_endpoints) logits (classification) or standardised values.
    """

    def __init__(
        self,
        n_endpoints: int,
        *,
        hidden: int,
        layers: int,
        fingerprint_hidden: int,
        head_hidden: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.n_endpoints = n_endpoints
        self.descriptor_mean: Tensor
        self.descriptor_scale: Tensor
        self.register_buffer("descriptor_mean", torch.zeros(N_DESCRIPTORS))
        self.register_buffer("descriptor_scale", torch.ones(N_DESCRIPTORS))
        self.graph = GraphEncoder(hidden, layers)
        self.fingerprint = nn.Sequential(
            nn.Dropout(dropout / 2),
            nn.Linear(MORGAN_BITS, fingerprint_hidden),
            nn.ReLU(),
            nn.Dropout(dropout),
        )
        joined = 2 * hidden + fingerprint_hidden + N_DESCRIPTORS
        self.head = nn.Sequential(
            nn.LayerNorm(joined),
            nn.Linear(joined, head_hidden),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(head_hidden, head_hidden),
            nn.ReLU(),
            nn.Dropout(dropout),
        )
        self.output = nn.Linear(head_hidden, n_endpoints)

    def represent(self, batch: Batch) -> Tensor:
        """(n_structures, head_hidden): the space in which the last layer draws its lines."""
        descriptors = (batch.descriptors - self.descriptor_mean) / self.descriptor_scale
        parts = [self.graph(batch), self.fingerprint(batch.counts), descriptors.clamp(-5, 5)]
        represented: Tensor = self.head(torch.cat(parts, dim=1))
        return represented

    def forward(self, batch: Batch) -> Tensor:
        """Raw outputs of a batch."""
        output: Tensor = self.output(self.represent(batch))
        return output


def build_network(n_endpoints: int, architecture: dict[str, Any]) -> MultiTaskNetwork:
    """Build one member from the numbers in a recipe or manifest."""
    return MultiTaskNetwork(
        n_endpoints,
        hidden=int(architecture["hidden"]),
        layers=int(architecture["layers"]),
        fingerprint_hidden=int(architecture["fingerprint_hidden"]),
        head_hidden=int(architecture["head_hidden"]),
        dropout=float(architecture["dropout"]),
    )
