"""The columns of the table of predictions, and blocks of results as rows of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from screening.core.bundle import EndpointSpec
from screening.core.tables import PREDICTIONS, Column
from screening.estimators.verdict import IN, VERDICTS
from screening.predict.block import Block
from screening.predict.models import Bundle, ModelSet

Values = NDArray[np.generic]


def _is_in(codes: Values) -> NDArray[np.bool_]:
    return np.equal(codes, IN)


def _names(codes: Values) -> Values:
    return np.array(VERDICTS)[codes.astype(np.intp)]


def _keys(keys: Values) -> list[str | None]:
    # An endpoint without any labelled training structure has no neighbour: an empty key is null.
    return [key.decode("ascii") or None for key in keys.tolist()]


def _labels(labels: Values) -> list[float | None]:
    return [None if math.isnan(label) else label for label in labels.tolist()]


@dataclass(frozen=True)
class _Part:
    """A column of each endpoint, made from a field of the block.

    unit : None for the endpoint's own. convert : from the field's array; None takes it as it is.
    """

    suffix: str
    field: str
    kind: pa.DataType
    unit: str | None
    meaning: str
    convert: Callable[[Values], object] | None = None
    nullable: bool = False

    def array(self, values: Values) -> pa.Array:
        """The column of a block."""
        return pa.array(values if self.convert is None else self.convert(values), self.kind)


_NUMBER, _TEXT = pa.float32(), pa.string()
_PARTS = (
    _Part("", "value", _NUMBER, None, "calibrated probability, or value in the unit"),
    _Part("__std", "std", _NUMBER, None, "standard deviation over the ensemble"),
    _Part("__low", "low", _NUMBER, None, "lower end of the 90 % interval"),
    _Part("__high", "high", _NUMBER, None, "upper end of the 90 % interval"),
    _Part(
        "__in_domain", "verdict", pa.bool_(), "", "inside the model's applicability domain", _is_in
    ),
    _Part(
        "__domain",
        "verdict",
        _TEXT,
        "",
        "verdict on the applicability domain: in, edge or out",
        _names,
    ),
    _Part(
        "__similarity",
        "similarity",
        _NUMBER,
        "1",
        "Tanimoto similarity, on counts, to the nearest training structure with a label",
    ),
    _Part(
        "__neighbour",
        "neighbour",
        _TEXT,
        "",
        "that structure: first block of its InChIKey",
        _keys,
        nullable=True,
    ),
    _Part(
        "__neighbour_label",
        "neighbour_label",
        _NUMBER,
        None,
        "its label, where the terms of its table allow to pass it on",
        _labels,
        nullable=True,
    ),
    _Part(
        "__distance",
        "distance",
        _NUMBER,
        "1",
        "distance, in the model's space, to where the endpoint's training structures are",
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
    for part in _PARTS:
        column = Column(
            spec.id + part.suffix,
            part.kind,
            f"{spec.description or spec.id}: {part.meaning}",
            spec.unit if part.unit is None else part.unit,
            nullable=part.nullable,
        )
        field = column.field()
        fields.append(field.with_metadata({**field.metadata, **origin}))
    return fields


def block_table(block: Block, schema: pa.Schema) -> pa.Table:
    """The scored rows of a block, in order."""
    keys = [entry.key for entry, scored in zip(block.entries, block.scored, strict=True) if scored]
    columns: list[pa.Array] = [pa.array(keys, pa.string())]
    for endpoint in range(block.arrays["value"].shape[1]):
        columns += [part.array(block.arrays[part.field][block.scored, endpoint]) for part in _PARTS]
    return pa.Table.from_arrays(columns, schema=schema)
