"""The columns of the table of predictions, and blocks of results as rows of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from screening.core.bundle import EndpointSpec
from screening.core.predictor_manifest import PredictedEndpoint
from screening.core.tables import PREDICTIONS, Column
from screening.estimators.verdict import IN, UNKNOWN, VERDICTS
from screening.predict.block import Block
from screening.predict.models import Model, ModelSet, Predictor

Values = NDArray[np.generic]


def _is_in(codes: Values) -> list[bool | None]:
    return [None if code == UNKNOWN else code == IN for code in codes.tolist()]


def _names(codes: Values) -> list[str | None]:
    return [None if code == UNKNOWN else VERDICTS[code] for code in codes.tolist()]


def _keys(keys: Values) -> list[str | None]:
    # An endpoint without any labelled training structure has no neighbour: an empty key is null.
    return [key.decode("ascii") or None for key in keys.tolist()]


def _known(numbers: Values) -> list[float | None]:
    return [None if math.isnan(number) else number for number in numbers.tolist()]


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

    def array(self, values: Values, nullable: bool) -> pa.Array:
        """The column of a block; what is not known is null where it may be."""
        convert = self.convert or (_known if nullable else None)
        return pa.array(values if convert is None else convert(values), self.kind)


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
        _known,
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

    Units, and in each endpoint's fields also its direction and its model's name, version and
    digest, are in the Arrow field metadata.
    """
    return pa.schema(
        [*PREDICTIONS.arrow(), *(f for one in models.models for f in model_schema(one))]
    )


def model_schema(model: Model) -> pa.Schema:
    """The columns of one model, without `structure_id`."""
    return pa.schema([field for spec in model.manifest.endpoints for field in _fields(spec, model)])


def _fields(spec: EndpointSpec | PredictedEndpoint, model: Model) -> list[pa.Field]:
    origin = {
        "endpoint": spec.id,
        "kind": spec.kind,
        "direction": spec.direction,
        "model": model.manifest.name,
        "model_version": model.manifest.version,
        "model_digest": model.digest,
    }
    fields = []
    for part in _PARTS:
        column = Column(
            spec.id + part.suffix,
            part.kind,
            f"{spec.description or spec.id}: {part.meaning}",
            spec.unit if part.unit is None else part.unit,
            # A third party's predictor tells what it knows.
            nullable=part.nullable or isinstance(model, Predictor),
        )
        field = column.field()
        fields.append(field.with_metadata({**field.metadata, **origin}))
    return fields


def model_tables(block: Block, models: ModelSet) -> list[pa.Table]:
    """The scored rows of a block in order, for each model its columns."""
    tables = []
    for model in models.models:
        schema = model_schema(model)
        columns = [
            part.array(block.arrays[part.field][block.scored, place], isinstance(model, Predictor))
            for place in models.columns_of([model])
            for part in _PARTS
        ]
        tables.append(pa.Table.from_arrays(columns, schema=schema))
    return tables
