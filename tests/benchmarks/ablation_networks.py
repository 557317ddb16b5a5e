"""Networks with a part taken out, changed or added, for the ablations; none of them is shipped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch_geometric.utils import scatter, softmax

from screening.chem.graphs import ATOM_FIELD_SIZES, BOND_FIELD_SIZES
from screening.estimators.batches import Batch
from screening.estimators.features import N_DESCRIPTORS
from screening.estimators.network import GraphEncoder, MultiTaskNetwork, bond_kinds

PARTS = ("graph", "counts", "descriptors")
POOLING = ("mean", "sum")
CHIRALITY = ("", "R", "S")
GEOMETRY = ("", "E", "Z")
"""Codes of the stereo fields that the package's features lack."""


def _one_hot(fields: Tensor, size: int) -> Tensor:
    return torch.zeros(len(fields), size).scatter_(1, fields, 1.0)


def _bond_fields(bonds: Tensor, size: int) -> Tensor:
    """(n, size) with a 1 for each field of a bond.

    Parameters
    ----------
    bonds : (n,) numbers of the kinds, or (n, 2) with the place of one more field.
    """
    kinds = bonds if bonds.dim() == 1 else bonds[:, 0]
    plain = bond_kinds()[kinds]
    fields = functional.pad(plain, (0, size - plain.shape[1]))
    return fields if bonds.dim() == 1 else fields.scatter_(1, bonds[:, 1:], 1.0)


class Pooling(nn.Module):
    """Atoms to one vector per structure, by one or several ways side by side.

    `mean`, `sum` (over the root of the atom count, as shipped) and `attention` (a mean with learned
    weights; Li et al. 2016, arXiv:1511.05493).
    """

    def __init__(self, hidden: int, ways: tuple[str, ...]) -> None:
        super().__init__()
        self.ways, self.width = ways, hidden * len(ways)
        self.gate = nn.Linear(hidden, 1) if "attention" in ways else None

    def forward(self, atoms: Tensor, batch: Batch) -> Tensor:
        """(n_structures, width)."""
        size = len(batch.descriptors)
        total = scatter(atoms, batch.owner, dim=0, dim_size=size, reduce="sum")
        number = torch.bincount(batch.owner, minlength=size).to(total.dtype).unsqueeze(1)
        pooled = {"mean": total / number, "sum": total / number.sqrt() / 4}
        if self.gate is not None:
            weight = softmax(self.gate(atoms), batch.owner, num_nodes=size)
            pooled["attention"] = scatter(weight * atoms, batch.owner, dim_size=size, reduce="sum")
        return torch.cat([pooled[way] for way in self.ways], dim=1)


class Encoder(GraphEncoder):
    """The shipped encoder with switches.

    Parameters
    ----------
    bonds : whether messages know the bond they pass. virtual_node : one more node that is bound to
        all atoms (Gilmer et al. 2017, arXiv:1704.01212). stereo : whether batches carry chirality
        and double-bond geometry as last field of atoms and bonds.
    """

    def __init__(
        self,
        hidden: int,
        layers: int,
        *,
        pooling: tuple[str, ...] = POOLING,
        bonds: bool = True,
        virtual_node: bool = False,
        stereo: bool = False,
    ) -> None:
        super().__init__(hidden, layers)
        self.atom_size = sum(ATOM_FIELD_SIZES) + len(CHIRALITY) * stereo
        self.bond_size = sum(BOND_FIELD_SIZES) + len(GEOMETRY) * stereo
        if stereo:
            self.atom_embedding = nn.Linear(self.atom_size, hidden)
        if stereo or not bonds:
            self.bond_embeddings = nn.ModuleList(
                nn.Linear(self.bond_size, hidden) if bonds else nn.Identity() for _ in range(layers)
            )
        self.bonds = bonds
        self.pool = Pooling(hidden, pooling)
        self.width = self.pool.width
        self.virtual = nn.ModuleList(
            nn.Sequential(nn.Linear(hidden, hidden), nn.BatchNorm1d(hidden), nn.ReLU())
            for _ in range((layers - 1) * virtual_node)
        )

    def forward(self, batch: Batch) -> Tensor:
        """Encode a batch."""
        atoms: Tensor = self.atom_embedding(_one_hot(batch.atoms, self.atom_size))
        fields = _bond_fields(batch.bonds, self.bond_size)
        if not self.bonds:
            fields = atoms.new_zeros(len(fields), atoms.shape[1])
        size = len(batch.descriptors)
        common = atoms.new_zeros(size, atoms.shape[1])
        for number, convolution in enumerate(self.convolutions):
            atoms = atoms + common[batch.owner]
            messages = convolution(atoms, batch.edges, self.bond_embeddings[number](fields))
            atoms = atoms + torch.relu(self.norms[number](messages))
            if number < len(self.virtual):
                total = scatter(atoms, batch.owner, dim=0, dim_size=size, reduce="sum")
                common = common + self.virtual[number](common + total)
        pooled: Tensor = self.pool(atoms, batch)
        return pooled


class BondMessages(nn.Module):
    """Messages between directed bonds, never straight back.

    Yang et al. 2019, J. Chem. Inf. Model. 59:3370, doi:10.1021/acs.jcim.9b00237 (chemprop).
    """

    def __init__(self, hidden: int, layers: int) -> None:
        super().__init__()
        atom_size, self.bond_size = sum(ATOM_FIELD_SIZES), sum(BOND_FIELD_SIZES)
        self.first = nn.Linear(atom_size + self.bond_size, hidden)
        self.passing = nn.ModuleList(nn.Linear(hidden, hidden) for _ in range(layers - 1))
        self.last = nn.Linear(atom_size + hidden, hidden)
        self.pool = Pooling(hidden, POOLING)
        self.width = self.pool.width

    def forward(self, batch: Batch) -> Tensor:
        """Encode a batch."""
        atoms = _one_hot(batch.atoms, sum(ATOM_FIELD_SIZES))
        begin, end = batch.edges
        bonds = [atoms[begin], _bond_fields(batch.bonds, self.bond_size)]
        start = self.first(torch.cat(bonds, dim=1))
        state = torch.relu(start)
        for layer in self.passing:
            arrived = scatter(state, end, dim=0, dim_size=len(atoms), reduce="sum")
            # The second half of the edges is the first half turned round.
            back = state.roll(len(state) // 2, dims=0)
            state = torch.relu(start + layer(arrived[begin] - back))
        arrived = scatter(state, end, dim=0, dim_size=len(atoms), reduce="sum")
        pooled: Tensor = self.pool(torch.relu(self.last(torch.cat([atoms, arrived], 1))), batch)
        return pooled


class Ablated(MultiTaskNetwork):
    """The shipped network with some of its parts, and an encoder of choice."""

    def __init__(
        self, n_endpoints: int, parts: tuple[str, ...], encoder: nn.Module, **sizes: Any
    ) -> None:
        super().__init__(n_endpoints, **sizes)
        self.parts = parts
        if "graph" in parts:
            self.graph = encoder
        else:
            del self.graph
        if "counts" not in parts:
            del self.fingerprint
        width = {
            "graph": encoder.width,
            "counts": sizes["fingerprint_hidden"],
            "descriptors": N_DESCRIPTORS,
        }
        joined = sum(width[part] for part in parts)
        self.head[0] = nn.LayerNorm(joined)
        self.head[1] = nn.Linear(joined, sizes["head_hidden"])

    def represent(self, batch: Batch) -> Tensor:
        """(n_structures, head_hidden)."""
        found = []
        if "graph" in self.parts:
            found.append(self.graph(batch))
        if "counts" in self.parts:
            found.append(self.fingerprint(batch.counts))
        if "descriptors" in self.parts:
            scaled = (batch.descriptors - self.descriptor_mean) / self.descriptor_scale
            found.append(scaled.clamp(-5, 5))
        represented: Tensor = self.head(torch.cat(found, dim=1))
        return represented


@dataclass(frozen=True)
class Design:
    """How a network differs from the shipped one."""

    parts: tuple[str, ...] = PARTS
    encoder: Callable[[int, int], nn.Module] = Encoder
    graph_weights: dict[str, Tensor] | None = None

    def build(self, n_endpoints: int, architecture: dict[str, Any]) -> MultiTaskNetwork:
        """In place of `screening.estimators.network.build_network`."""
        encoder = self.encoder(architecture["hidden"], architecture["layers"])
        if self.graph_weights is not None:
            encoder.load_state_dict(self.graph_weights)
        return Ablated(n_endpoints, self.parts, encoder, **architecture)
