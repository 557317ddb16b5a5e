"""Two scores that come with RDKit as contributed code: natural-product likeness and synthetic
accessibility.

Both read a table of fragment weights that lies inside the installed RDKit package, as a gzipped
pickle. It is code of the same package that computes everything else here, at the version that
`constraints.txt` names; no other pickle is ever read. The scores themselves are added up here, from
circular environments that other descriptors need as well.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from contextlib import redirect_stderr
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import cast

from rdkit import RDConfig
from rdkit.Chem import rdMolDescriptors

from screening.chem.molecule_facts import MoleculeFacts

# Weight of an environment that PubChem's molecules lack, and rings that count as large.
_UNKNOWN_WEIGHT = -4.0
_LARGE_RING = 8
_RADIUS = 2


def np_likeness(facts: MoleculeFacts) -> float:
    """Natural-product likeness, about -5 (synthetic) to 5 (natural product).

    Ertl, Roggo and Schuffenhauer 2008, doi:10.1021/ci700286x; beyond 4 it grows by its logarithm.
    """
    weights = _np_weights()
    environments = facts.environments(_RADIUS)
    score = sum(weights.get(identifier, 0.0) for identifier in environments) / facts.n_atoms
    if abs(score) > 4:
        return math.copysign(4 + math.log10(abs(score) - 4 + 1), score)
    return score


def sa_score(facts: MoleculeFacts) -> float:
    """Synthetic accessibility, 1 (easy) to 10 (hard).

    Ertl and Schuffenhauer 2009, doi:10.1186/1758-2946-1-8, with the changes that RDKit's
    contributed code makes for macrocycles and symmetry.
    """
    weights = _sa_weights()
    environments = facts.environments(_RADIUS)
    total = sum(weights.get(one, _UNKNOWN_WEIGHT) * n for one, n in environments.items())
    raw = total / sum(environments.values()) - _complexity(facts)
    if facts.n_atoms > len(environments):
        raw += math.log(facts.n_atoms / len(environments)) * 0.5
    score = 11.0 - (raw + 4.0 + 1) / (2.5 + 4.0) * 9.0
    if score > 8:
        score = 8.0 + math.log(score + 1.0 - 9.0)
    return min(max(score, 1.0), 10.0)


def _complexity(facts: MoleculeFacts) -> float:
    """Penalties for size, stereocentres, spiro and bridgehead atoms, and large rings."""
    n_spiro = rdMolDescriptors.CalcNumSpiroAtoms(facts.molecule)
    n_bridgeheads = rdMolDescriptors.CalcNumBridgeheadAtoms(facts.molecule)
    has_large_ring = any(len(ring) > _LARGE_RING for ring in facts.rings)
    return (
        math.pow(facts.n_atoms, 1.005)
        - facts.n_atoms
        + math.log10(facts.n_stereocentres + 1)
        + math.log10(n_spiro + 1)
        + math.log10(n_bridgeheads + 1)
        + (math.log10(2) if has_large_ring else 0.0)
    )


@cache
def _np_weights() -> Mapping[int, float]:
    with redirect_stderr(io.StringIO()):  # it tells of its progress there
        return cast(Mapping[int, float], _contributed("NP_Score", "npscorer").readNPModel())


@cache
def _sa_weights() -> Mapping[int, float]:
    module = _contributed("SA_Score", "sascorer")
    module.readFragmentScores()
    return cast(Mapping[int, float], module._fscores)


@cache
def _contributed(folder: str, name: str) -> ModuleType:
    """A module of RDKit's Contrib folder, which is no Python package.

    Raises
    ------
    FileNotFoundError : this RDKit was installed without its contributed code.
    """
    path = Path(RDConfig.RDContribDir) / folder / f"{name}.py"
    spec = spec_from_file_location(f"rdkit_contrib_{name}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise FileNotFoundError(f"{path}: RDKit's contributed code is missing")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
