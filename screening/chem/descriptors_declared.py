"""How a descriptor is declared: name, type, unit, meaning, source and version, as data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from rdkit import rdBase

from screening.chem.molecule_facts import MoleculeFacts
from screening.chem.source_table import read_source_table

RDKIT_VERSION = f"RDKit {rdBase.rdkitVersion}"
_TYPES = {
    "number": pa.float64(),
    "count": pa.int64(),
    "text": pa.string(),
    "texts": pa.list_(pa.string()),
    "atoms": pa.list_(pa.list_(pa.int32())),
    "bits2048": pa.binary(2048 // 8),
}


@dataclass(frozen=True, slots=True)
class Descriptor:
    """One column of a descriptor set.

    Parameters
    ----------
    name : column name.
    type : Arrow type.
    unit : unit, "1" for a bare number or count, "" for text, bits and atoms.
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
    compute : molecule → value of each column, in order; null (None) where there is none.
    """

    name: str
    version: str
    descriptors: tuple[Descriptor, ...]
    compute: Callable[[MoleculeFacts], Sequence[Any]]

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

    def columns(self, rows: Sequence[Sequence[Any]]) -> list[pa.Array]:
        """The values of some molecules as one array for each column.

        Parameters
        ----------
        rows : for each molecule what `compute` gave.
        """
        types = [one.type for one in self.descriptors]
        if not all(pa.types.is_floating(one) for one in types):
            values = zip(*rows, strict=True) if rows else [[] for _ in types]
            return [pa.array(column, one) for column, one in zip(values, types, strict=True)]
        matrix = np.array(rows, dtype=np.float64).reshape(len(rows), len(types))
        # NumPy makes NaN of None: only those are null, NaN is a value.
        missing = np.isnan(matrix)
        for row, column in np.argwhere(missing):
            missing[row, column] = rows[row][column] is None
        return [
            pa.array(np.ascontiguousarray(values), mask=mask if mask.any() else None)
            for values, mask in zip(matrix.T, missing.T, strict=True)
        ]


def declared_set(
    name: str, compute: Callable[[MoleculeFacts], Sequence[Any]], version: str = RDKIT_VERSION
) -> DescriptorSet:
    """A set as `descriptors.tsv` declares it."""
    descriptors = tuple(
        Descriptor(
            row["name"],
            _TYPES[row["type"]],
            "" if row["unit"] == "-" else row["unit"],
            row["meaning"],
            row["source"],
        )
        for row in read_source_table("descriptors.tsv")
        if row["set"] == name
    )
    return DescriptorSet(name, version, descriptors, compute)
