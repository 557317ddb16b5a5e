"""RDKit's two-dimensional descriptors, by RDKit's own names and with RDKit's own values.

The values equal `rdkit.Chem.Descriptors.CalcMolDescriptors` to 1e-9 of their size, where RDKit
computes the same for each descriptor again (electrotopological states, paths, matrices, partial
charges, patterns), here once for all. The one exception are `Ipc` and `AvgIpc` of structures over
400 atoms, see `chem.characteristic_polynomial`.

Where RDKit gives infinity or NaN, so does the column: the coefficients behind ``Ipc`` pass the
range of a 64-bit float for very large structures, and partial charges are NaN for elements
without Gasteiger parameters. Where RDKit fails on a descriptor, its value is null.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np
import pyarrow as pa
from rdkit.Chem import Descriptors, Fragments, GetPeriodicTable, Mol
from rdkit.Chem.MolSurf import chgBins, logpBins, mrBins

from screening.chem import burden, connectivity, crippen, electrotopology, surface_areas
from screening.chem.complexity import balaban_j, bertz_ct, information_content, spatial_score
from screening.chem.descriptors_declared import RDKIT_VERSION, Descriptor, DescriptorSet
from screening.chem.molecule_facts import MoleculeFacts
from screening.chem.qed import qed
from screening.chem.rotatable_bonds import n_rotatable_bonds
from screening.chem.screened_patterns import FRAGMENTS, candidates, patterns
from screening.chem.source_table import read_source_table

NAMES = tuple(name for name, _ in Descriptors.descList)


def rdkit2d_set() -> DescriptorSet:
    """All descriptors of RDKit's list, each with the unit and source of its family.

    Raises
    ------
    LookupError : RDKit has a descriptor that no family of the table covers (a new version).
    """
    families = read_source_table("rdkit2d_families.tsv")
    descriptors = tuple(_declare(name, families) for name in NAMES)
    return DescriptorSet("rdkit2d", RDKIT_VERSION, descriptors, rdkit2d)


def rdkit2d(facts: MoleculeFacts) -> list[float | None]:
    """Value of each RDKit descriptor, in the order of `NAMES`; null where RDKit fails on it."""
    if not facts.is_usual:
        return [_by_rdkit(facts.molecule, name) for name in NAMES]
    values: list[float | None] = []
    # Overflow to infinity is a result here, not a surprise.
    with np.errstate(all="ignore"):
        for names, function in _plan().items():
            found: list[float | None]
            try:
                found = [float(value) for value in function(facts)]
            except Exception:  # RDKit's own functions then say which of them fail
                found = [_by_rdkit(facts.molecule, name) for name in names]
            values += found
    return list(_in_order()(values))


def _by_rdkit(molecule: Mol, name: str) -> float | None:
    """RDKit's own value; None where it fails, as CalcMolDescriptors has it."""
    try:
        return float(_functions()[name](molecule))
    except Exception:  # CalcMolDescriptors takes any failure as "no value"
        return None


def _declare(name: str, families: list[dict[str, str]]) -> Descriptor:
    """The descriptor as the first family that covers its name tells."""
    for family in families:
        if any(fnmatchcase(name, pattern) for pattern in family["names"].split()):
            return Descriptor(
                name, pa.float64(), family["unit"], family["meaning"], family["source"]
            )
    raise LookupError(f"rdkit2d_families.tsv: no family for RDKit's descriptor {name}")


@cache
def _functions() -> dict[str, Callable[[Mol], Any]]:
    return dict(Descriptors.descList)


@cache
def _plan() -> dict[tuple[str, ...], Callable[[MoleculeFacts], Sequence[Any]]]:
    """Which descriptors are computed together and how; each by RDKit's function otherwise."""
    shared = {name for names in _TOGETHER for name in names}
    alone = tuple(name for name in NAMES if name not in shared)
    functions = [_functions()[name] for name in alone]
    return {
        **_TOGETHER,
        alone: lambda facts: [function(facts.molecule) for function in functions],
    }


@cache
def _in_order() -> Callable[[Sequence[float | None]], tuple[float | None, ...]]:
    """Brings the values of the plan into the order of `NAMES`."""
    place = {name: at for at, name in enumerate(chain.from_iterable(_plan()))}
    return itemgetter(*(place[name] for name in NAMES))


def _electrotopology(facts: MoleculeFacts) -> list[float]:
    states = electrotopology.state_indices(facts)
    return [*electrotopology.extremes(states), *electrotopology.surface_sums(facts, states)]


def _connectivity(facts: MoleculeFacts) -> list[float]:
    if connectivity.can_be_summed(facts):
        return connectivity.indices(facts)
    return [_functions()[name](facts.molecule) for name in connectivity.INDICES]


def _partial_charges(facts: MoleculeFacts) -> list[float]:
    """Largest and smallest charge; NaN comes through as it does through RDKit's comparisons."""
    smallest, largest = 500.0, -500.0
    for charge in facts.partial_charges:
        smallest, largest = min(charge, smallest), max(charge, largest)
    sizes = abs(smallest), abs(largest)
    return [largest, smallest, max(sizes), min(sizes)]


def _electrons(facts: MoleculeFacts) -> list[int]:
    outer = GetPeriodicTable().GetNOuterElecs
    n_valence = sum(outer(number) for number in facts.atomic_numbers)
    n_valence += sum(facts.n_hydrogens) - sum(facts.charges)
    return [n_valence, sum(atom.GetNumRadicalElectrons() for atom in facts.atoms)]


def _morgan_densities(facts: MoleculeFacts) -> list[float]:
    """Distinct environments up to a radius per heavy atom."""
    return [len(facts.environments(radius)) / facts.n_heavy for radius in (1, 2, 3)]


def _fragments(facts: MoleculeFacts) -> list[int]:
    counts = [0] * len(Fragments.fns)
    for number in candidates(facts, FRAGMENTS):
        matches = facts.molecule.GetSubstructMatches(patterns(FRAGMENTS)[number], uniquify=True)
        counts[number] = len(matches)
    return counts


def _numbered(name: str, count: int) -> tuple[str, ...]:
    return tuple(f"{name}{number + 1}" for number in range(count))


_TOGETHER: dict[tuple[str, ...], Callable[[MoleculeFacts], Sequence[Any]]] = {
    (*electrotopology.EXTREMES, *electrotopology.SURFACE_SUMS): _electrotopology,
    connectivity.INDICES: _connectivity,
    burden.EXTREMES: burden.burden_extremes,
    tuple(name for name, _ in Fragments.fns): _fragments,
    ("MaxPartialCharge", "MinPartialCharge", "MaxAbsPartialCharge", "MinAbsPartialCharge"): (
        _partial_charges
    ),
    ("NumValenceElectrons", "NumRadicalElectrons"): _electrons,
    ("FpDensityMorgan1", "FpDensityMorgan2", "FpDensityMorgan3"): _morgan_densities,
    ("MolLogP", "MolMR"): crippen.sums,
    _numbered("PEOE_VSA", len(chgBins) + 1): surface_areas.by_charge,
    _numbered("SMR_VSA", len(mrBins) + 1): surface_areas.by_refractivity,
    _numbered("SlogP_VSA", len(logpBins) + 1): surface_areas.by_log_p,
    ("Ipc", "AvgIpc"): information_content,
    ("BalabanJ",): lambda facts: (balaban_j(facts),),
    ("BertzCT",): lambda facts: (bertz_ct(facts),),
    ("SPS",): lambda facts: (spatial_score(facts),),
    ("qed",): lambda facts: (qed(facts),),
    ("NumRotatableBonds",): lambda facts: (n_rotatable_bonds(facts),),
}
