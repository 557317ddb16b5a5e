"""How a descriptor is declared: name, type, unit, meaning, source and version, as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from rdkit import rdBase
from rdkit.Chem import Mol

RDKIT_VERSION = f"RDKit {rdBase.rdkitVersion}"


@dataclass(frozen=True, slots=True)
class Descriptor:
    """One column of a descriptor set.

    Parameters
    ----------
    name : column name.
    type : Arrow type.
    unit : unit, "1" for a bare number or count, "" for text and bits.
    description : what it is, and what null, NaN or 0 mean where that is not plain.
    source : paper (DOI) or page of the definition.
    """

    name: str
    type: pa.DataType
    unit: str
    description: str
    source: str


@dataclass(frozen=True)
class DescriptorSet:
    """Descriptors that are computed together.

    Parameters
    ----------
    name : name in the settings.
    version : of the software that computes them; travels in the columns' metadata.
    descriptors : the columns, in order.
    compute : molecule → value of each column. May leave caches on the molecule, nothing else.
    """

    name: str
    version: str
    descriptors: tuple[Descriptor, ...]
    compute: Callable[[Mol], Mapping[str, Any]]

    def fields(self) -> list[pa.Field]:
        """Arrow fields of the columns, with all that is declared in their metadata."""
        return [
            pa.field(
                one.name,
                one.type,
                metadata={
                    "unit": one.unit,
                    "description": one.description,
                    "source": one.source,
                    "set": self.name,
                    "version": self.version,
                },
            )
            for one in self.descriptors
        ]
