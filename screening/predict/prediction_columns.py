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


@dataclass(frozen=True)
class _Part:
    """A column of each endpoint.

    unit : None for the endpoint's own. make : from the arrays of a block's endpoint.
    """

    suffix: str
    kind: pa.DataType
    unit: str | None
    meaning: str
    make: Callable[[Callable[[str], Values]], Values | list[str | None] | list[float | None]]
    nullable: bool = False


def _names(codes: Values) -> Values:
    return np.array(VERDICTS)[codes.astype(np.intp)]


def _keys(keys: Values) -> list[str | None]:
    # An endpoint without any labelled training structure has no neighbour: an empty key is null.
    return [key.decode("ascii") or None for key in keys.tolist()]


def _labels(labels: Values) -> list[float | None]:
    return [None if math.isnan(label) else label for label in labels.tolist()]


_NUMBER = pa.float32()
_PARTS = (
    _Part(
        "", _NUMBER, None, "calibrated probability, or value in the unit", lambda of: of("value")
    ),
    _Part("__std", _NUMBER, None, "standard deviation over the ensemble", lambda of: of("std")),
    _Part("__low", _NUMBER, None, "lower end of the 90 % interval", lambda of: of("low")),
    _Part("__high", _NUMBER, None, "upper end of the 90 % interval", lambda of: of("high")),
    _Part(
        "__in_domain",
        pa.bool_(),
        "",
        "inside the model's applicability domain",
        lambda of: of("verdict") == IN,
    ),
    _Part(
        "__domain",
        pa.string(),
        "",
        "verdict on the applicability domain: in, edge or out",
        lambda of: _names(of("verdict")),
    ),
    _Part(
        "__similarity",
        _NUMBER,
        "1",
        "Tanimoto similarity, on counts, to the nearest training structure with a label",
        lambda of: of("similarity"),
    ),
    _Part(
        "__neighbour",
        pa.string(),
        "",
        "that structure: first block of its InChIKey",
        lambda of: _keys(of("neighbour")),
        nullable=True,
    ),
    _Part(
        "__neighbour_label",
        _NUMBER,
        None,
        "its label, where the terms of its table allow to pass it on",
        lambda of: _labels(of("neighbour_label")),
        nullable=True,
    ),
    _Part(
        "__distance",
        _NUMBER,
        "1",
        "distance, in the model's space, to where the endpoint's training structures are",
        lambda of: of("distance"),
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

        def of(name: str, endpoint: int = endpoint) -> Values:
            values: Values = block.arrays[name][block.scored, endpoint]
            return values

        columns += [pa.array(part.make(of), part.kind) for part in _PARTS]
    return pa.Table.from_arrays(columns, schema=schema)
