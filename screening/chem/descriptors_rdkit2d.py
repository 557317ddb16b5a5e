"""RDKit's two-dimensional descriptors, by RDKit's own names and with RDKit's own values.

The values equal `rdkit.Chem.Descriptors.CalcMolDescriptors`. What RDKit computes again for each
descriptor although it is the same (electrotopological states, characteristic polynomial) is
computed once here, by the same calls in the same order, so that no bit changes. The one exception
are `Ipc` and `AvgIpc` of structures over 400 atoms, see `chem.characteristic_polynomial`.

Where RDKit gives infinity or NaN, so does the column: the coefficients behind ``Ipc`` pass the
range of a 64-bit float for very large structures, and partial charges are NaN for elements
without Gasteiger parameters. Where RDKit fails on a descriptor, its value is null.
"""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pyarrow as pa
from rdkit.Chem import Descriptors, GetDistanceMatrix, Mol
from rdkit.Chem.EState import EState
from rdkit.ML.InfoTheory import rdInfoTheory

from screening.chem.characteristic_polynomial import polynomial_of
from screening.chem.descriptors_declared import RDKIT_VERSION, Descriptor, DescriptorSet
from screening.chem.source_table import read_source_table

_INFORMATION_CONTENT = "_information_content"


def rdkit2d_set() -> DescriptorSet:
    """All descriptors of RDKit's list, each with the unit and source of its family.

    Raises
    ------
    LookupError : RDKit has a descriptor that no family of the table covers (a new version).
    """
    families = read_source_table("rdkit2d_families.tsv")
    descriptors = tuple(_declare(name, families) for name, _ in Descriptors.descList)
    return DescriptorSet("rdkit2d", RDKIT_VERSION, descriptors, rdkit2d)


def rdkit2d(molecule: Mol) -> dict[str, float | None]:
    """Value of each RDKit descriptor; null where RDKit fails on it.

    Parameters
    ----------
    molecule : sanitised molecule; RDKit leaves its caches on it.
    """
    values: dict[str, float | None] = {}
    # Overflow to infinity is a result here, not a surprise.
    with np.errstate(all="ignore"):
        for name, function in Descriptors.descList:
            try:
                values[name] = float(_SHARED.get(name, function)(molecule))
            except Exception:  # RDKit's own CalcMolDescriptors takes any failure as "no value"
                values[name] = None
    return values


def _declare(name: str, families: list[dict[str, str]]) -> Descriptor:
    """The descriptor as the first family that covers its name tells."""
    for family in families:
        if any(fnmatchcase(name, pattern) for pattern in family["names"].split()):
            return Descriptor(
                name, pa.float64(), family["unit"], family["meaning"], family["source"]
            )
    raise LookupError(f"rdkit2d_families.tsv: no family for RDKit's descriptor {name}")


def _information_content(molecule: Mol) -> tuple[float, float]:
    """`Ipc` and `AvgIpc`, after RDKit's GraphDescriptors.Ipc, from one characteristic polynomial.

    Bonchev and Trinajstić 1977, J. Chem. Phys. 67:4517, equations 6 and 7.
    """
    if not hasattr(molecule, _INFORMATION_CONTENT):
        adjacency = np.equal(GetDistanceMatrix(molecule, False), 1)
        coefficients = abs(polynomial_of(molecule, adjacency))
        average = rdInfoTheory.InfoEntropy(coefficients)
        # The built-in sum, as in RDKit: NumPy's adds in another order.
        content = (sum(coefficients) * average, average)
        setattr(molecule, _INFORMATION_CONTENT, content)
    found: tuple[float, float] = getattr(molecule, _INFORMATION_CONTENT)
    return found


# The same values with the shared part computed once a molecule.
_SHARED: dict[str, Callable[[Mol], Any]] = {
    "Ipc": lambda molecule: _information_content(molecule)[0],
    "AvgIpc": lambda molecule: _information_content(molecule)[1],
    "MaxEStateIndex": lambda molecule: EState.MaxEStateIndex(molecule, force=False),
    "MinEStateIndex": lambda molecule: EState.MinEStateIndex(molecule, force=False),
    "MaxAbsEStateIndex": lambda molecule: EState.MaxAbsEStateIndex(molecule, force=False),
    "MinAbsEStateIndex": lambda molecule: EState.MinAbsEStateIndex(molecule, force=False),
}
