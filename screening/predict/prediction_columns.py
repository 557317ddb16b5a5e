"""The columns of the table of predictions, and blocks of results as rows of it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from screening.core.bundle import EndpointSpec
from screening.core.tables import PREDICTIONS, Column
from screening.predict.block import Block
from screening.predict.models import Bundle, ModelSet

# Suffix of the column, field of the block, Arrow type, meaning; the unit is the endpoint's where
# it is None.
_PARTS: tuple[tuple[str, str, pa.DataType, str | None, str], ...] = (
    ("", "value", pa.float32(), None, "calibrated probability, or value in the unit"),
    ("__std", "std", pa.float32(), None, "standard deviation over the ensemble"),
    ("__low", "low", pa.float32(), None, "lower end of the 90 % interval"),
    ("__high", "high", pa.float32(), None, "upper end of the 90 % interval"),
    ("__in_domain", "in_domain", pa.bool_(), "", "inside the model's applicability domain"),
    (
        "__similarity",
        "similarity",
        pa.float32(),
        "1",
        "Tanimoto similarity to the nearest training structure with a label",
    ),
    (
        "__neighbour",
        "neighbour",
        pa.string(),
        "",
        "that structure: first block of its InChIKey",
    ),
)


def predictions_schema(models: ModelSet) -> pa.Schema:
    """The schema: per endpoint the value and what is known of it.

    Units, and in each endpoint's fields also its direction and its bundle's name, version and
    digest, are in the Arrow field metadata.
    """
    schema = PREDICTIONS.arrow()
    for spec, bundle in zip(models.endpoints, models.owners, strict=True):
        for field in _fields(spec, bundle):
            schema = schema.append(field)
    return schema


def _fields(spec: EndpointSpec, bundle: Bundle) -> list[pa.Field]:
    origin = {
        "endpoint": spec.id,
        "kind": spec.kind,
        "direction": spec.direction,
        "model": bundle.manifest.name,
        "model_version": bundle.manifest.version,
        "model_digest": bundle.digest,
    }
    fields = []
    for suffix, _, kind, unit, meaning in _PARTS:
        column = Column(
            spec.id + suffix,
            kind,
            f"{spec.description or spec.id}: {meaning}",
            spec.unit if unit is None else unit,
            nullable=suffix == "__neighbour",
        )
        field = column.field()
        fields.append(field.with_metadata({**field.metadata, **origin}))
    return fields


def block_table(block: Block, schema: pa.Schema) -> pa.Table:
    """The scored rows of a block, in order."""
    keys = [entry.key for entry, scored in zip(block.entries, block.scored, strict=True) if scored]
    columns: list[pa.Array] = [pa.array(keys, pa.string())]
    for endpoint in range(block.arrays["value"].shape[1]):
        for _, name, kind, _, _ in _PARTS:
            columns.append(_column(block.arrays[name][block.scored, endpoint], kind))
    return pa.Table.from_arrays(columns, schema=schema)


def _column(values: np.ndarray[tuple[int], np.dtype[np.generic]], kind: pa.DataType) -> pa.Array:
    if kind != pa.string():
        return pa.array(values, kind)
    # An endpoint without any labelled training structure has no neighbour: an empty key is null.
    return pa.array([key.decode("ascii") or None for key in values.tolist()], kind)
