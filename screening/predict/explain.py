"""Which atoms of one structure make its predicted value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rdkit.Chem import MolFromSmiles

from screening.chem.problem import Problem
from screening.chem.standardise import standardise
from screening.core.errors import ConfigError, InputError
from screening.estimators.occlusion import atom_contributions
from screening.estimators.scorer import Scorer
from screening.estimators.verdict import VERDICTS
from screening.predict.models import Bundle, open_models


@dataclass(frozen=True)
class Explanation:
    """One endpoint of one structure.

    Parameters
    ----------
    smiles : the standardised parent. symbols : elements of its atoms, in the order of the SMILES.
    value, std : in the unit. verdict : `in`, `edge` or `out`.
    contributions : per atom, what the value would lose without it, the vote of neighbours held.
    scale : of the contributions, in words.
    """

    endpoint: str
    unit: str
    smiles: str
    symbols: tuple[str, ...]
    value: float
    std: float
    verdict: str
    contributions: tuple[float, ...]
    scale: str


def explain(smiles: str, endpoint: str, models: Sequence[str]) -> Explanation:
    """Predict one endpoint of a structure, and what each atom adds to it.

    Raises
    ------
    InputError : the structure cannot be read or predicted.
    ConfigError : no model predicts the endpoint.
    BundleError : a model is missing or altered.
    """
    found = open_models(models)
    names = [spec.id for spec in found.endpoints]
    if endpoint not in names:
        raise ConfigError(f"no model predicts {endpoint!r}", f"there are: {', '.join(names)}")
    parent = standardise(smiles)
    if isinstance(parent, Problem):
        raise InputError(f"{smiles}: {parent.code}: {parent.detail}", "correct the structure")
    owner = found.owners[names.index(endpoint)]
    if not isinstance(owner, Bundle):
        raise ConfigError(
            f"{endpoint!r} comes from {owner.manifest.name}, whose insides are not known",
            "explain an endpoint of a model bundle",
        )
    scorer = Scorer.load(owner.folder)
    column = [spec.id for spec in scorer.endpoints].index(endpoint)
    features = scorer.featurise(parent.smiles)
    if isinstance(features, Problem):
        raise InputError(f"{smiles}: {features.code}: {features.detail}", "correct the structure")
    contributions = atom_contributions(scorer, parent.smiles, features)
    scores = scorer.score([features])
    return Explanation(
        endpoint,
        scorer.endpoints[column].unit,
        parent.smiles,
        tuple(atom.GetSymbol() for atom in MolFromSmiles(parent.smiles).GetAtoms()),
        float(scores.value[0, column]),
        float(scores.std[0, column]),
        VERDICTS[scores.verdict[0, column]],
        tuple(contributions[:, column].tolist()),
        scorer.scale_of_effects(column),
    )
