"""What an assay measured: a relation, a number and a unit, brought to a scale of activity.

Concentrations become −log10 of mol/L (pIC50 and its kin), percent inhibition stays as it is; on
both, more is more active. A censored value (`>50 µM`) is a bound and never a number.
"""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

Kind = Literal["concentration", "percent"]
Relation = Literal["=", "<", ">"]
RELATIONS: tuple[Relation, ...] = get_args(Relation)

# Beyond this many digits, equal concentrations in different units differ by rounding alone.
_DIGITS = 9
_SIGNS = str.maketrans({"µ": "u", "μ": "u", "−": "-", "≥": ">", "⩾": ">", "≤": "<", "⩽": "<"})
# `>=` is kept as `>`: what is not known to be below a bound is taken as beyond it.
_SPELT = {"": "=", "=": "=", "==": "=", ">": ">", ">=": ">", "<": "<", "<=": "<"}
_VALUE = re.compile(
    r"([<>=]*)\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*([A-Za-z%].*)?"
)


class Bounds(NamedTuple):
    """Where an activity lies; both are equal where it is known, and one infinite if censored."""

    low: float
    high: float


@dataclass(frozen=True)
class Unit:
    """A unit of assays.

    Parameters
    ----------
    name : as it is shown.
    kind : what it measures.
    exponent : of concentrations: the power of ten that makes it mol/L, or g/L.
    by_mass : g/L, so that the molecular weight is needed.
    """

    name: str
    kind: Kind
    exponent: int = 0
    by_mass: bool = False


# Case counts: `mM` is a concentration and `MM` nothing.
_SPELLINGS = {
    "M": Unit("M", "concentration"),
    "mM": Unit("mM", "concentration", -3),
    "uM": Unit("µM", "concentration", -6),
    "nM": Unit("nM", "concentration", -9),
    "pM": Unit("pM", "concentration", -12),
    "ug/mL": Unit("µg/mL", "concentration", -3, by_mass=True),
    "ug/ml": Unit("µg/mL", "concentration", -3, by_mass=True),
    "mg/L": Unit("mg/L", "concentration", -3, by_mass=True),
    "mg/l": Unit("mg/L", "concentration", -3, by_mass=True),
    "%": Unit("%", "percent"),
    "percent": Unit("%", "percent"),
    "% inhibition": Unit("%", "percent"),
    "percent inhibition": Unit("%", "percent"),
}
UNIT_NAMES = tuple(dict.fromkeys(unit.name for unit in _SPELLINGS.values()))


@dataclass(frozen=True)
class Measurement:
    """One value: `relation` to `value` in `unit`."""

    relation: Relation
    value: float
    unit: Unit

    def bounds(self, weight_da: float | None = None) -> Bounds:
        """Where the activity lies: in −log10 mol/L, or in percent inhibition.

        Parameters
        ----------
        weight_da : average molecular weight; needed for units by mass alone.

        Raises
        ------
        ValueError : a unit by mass without a weight, or a concentration that is not positive.
        """
        if self.unit.kind == "percent":
            activity, more = self.value, ">"
        else:
            activity, more = self._log_activity(weight_da), "<"
        if self.relation == "=":
            return Bounds(activity, activity)
        # A small concentration is a large activity, a small inhibition is not.
        if self.relation == more:
            return Bounds(activity, math.inf)
        return Bounds(-math.inf, activity)

    def _log_activity(self, weight_da: float | None) -> float:
        logarithm = math.log10(self.value) + self.unit.exponent
        if self.unit.by_mass:
            if weight_da is None:
                raise ValueError(f"{self.unit.name} needs a molecular weight")
            logarithm -= math.log10(weight_da)
        return round(-logarithm, _DIGITS)

    def __str__(self) -> str:
        sign = "" if self.relation == "=" else self.relation
        return f"{sign}{self.value:g} {self.unit.name}"


def find_unit(text: str) -> Unit | None:
    """The unit of that name, with any micro sign; None if there is none."""
    return _SPELLINGS.get(_plain(text))


def nearest_unit(text: str) -> str:
    """What to write in place of an unknown unit, as a remedy in words."""
    by_folded = {spelling.casefold(): unit.name for spelling, unit in _SPELLINGS.items()}
    near = difflib.get_close_matches(_plain(text)[:40].casefold(), by_folded, n=1)
    return f"did you mean {by_folded[near[0]]}?" if near else f"write {', '.join(UNIT_NAMES)}"


def split_value(text: str) -> tuple[Relation, float, str] | None:
    """Relation, number and what follows it (a unit, or nothing); None if there is no number.

    Parameters
    ----------
    text : such as `5.2`, `>50 µM`, `≤ 0.1`, `1e-6 M`; a decimal comma is no number.
    """
    found = _VALUE.fullmatch(text.translate(_SIGNS).strip())
    relation = parse_relation(found[1]) if found else None
    if found is None or relation is None:
        return None
    number = float(found[2])
    return (relation, number, found[3] or "") if math.isfinite(number) else None


def parse_relation(text: str) -> Relation | None:
    """`=`, `<` or `>` as written, also with an equals sign; nothing means equal."""
    spelt = _SPELT.get(text.translate(_SIGNS).replace(" ", ""))
    return next((one for one in RELATIONS if one == spelt), None)


def _plain(text: str) -> str:
    return " ".join(text.translate(_SIGNS).split())
