"""Two scores that come with RDKit as contributed code: natural-product likeness and synthetic
accessibility.

Both read a table of fragment weights that lies inside the installed RDKit package, as a gzipped
pickle. It is code of the same package that computes everything else here, at the version that
`constraints.txt` names; no other pickle is ever read.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import redirect_stderr
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from rdkit import RDConfig
from rdkit.Chem import Mol


def np_likeness(molecule: Mol) -> float:
    """Natural-product likeness, about -5 (synthetic) to 5 (natural product).

    Ertl, Roggo and Schuffenhauer 2008, doi:10.1021/ci700286x.
    """
    scorer, weights = _np_scorer()
    return float(scorer.scoreMol(molecule, weights))


def sa_score(molecule: Mol) -> float:
    """Synthetic accessibility, 1 (easy) to 10 (hard).

    Ertl and Schuffenhauer 2009, doi:10.1186/1758-2946-1-8.
    """
    return float(_contributed("SA_Score", "sascorer").calculateScore(molecule))


@cache
def _np_scorer() -> tuple[ModuleType, Mapping[int, float]]:
    scorer = _contributed("NP_Score", "npscorer")
    with redirect_stderr(io.StringIO()):  # it tells of its progress there
        return scorer, scorer.readNPModel()


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
