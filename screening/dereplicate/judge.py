"""The verdict on a structure: known, an analogue of something known, or novel."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from screening.chem.fingerprints import SparseCounts, morgan_counts
from screening.chem.parse import parse_smiles
from screening.chem.problem import Problem
from screening.dereplicate.compounds import NamedCompound
from screening.estimators.count_tanimoto import CountTanimoto, Likest
from screening.estimators.training_actives import TrainingActive

# Endpoints told of one active; the nine tumour panels often agree.
_N_TOLD = 3


class Structure(NamedTuple):
    """What is judged: a row of STRUCTURES, and its scaffold from FAMILIES."""

    structure_id: str
    flat_key: str
    smiles: str
    stereo: str | None
    scaffold: str


class Judge:
    """Holds structures against what is known.

    Parameters
    ----------
    compounds : drugs and reference; of two that are equally like, the first is told.
    actives : of the training data.
    analogue_similarity : from which Tanimoto similarity on a structure counts as analogue.
    """

    def __init__(
        self,
        compounds: Sequence[NamedCompound],
        actives: Sequence[TrainingActive],
        analogue_similarity: float,
    ) -> None:
        self._compounds, self._actives = compounds, actives
        self._analogue_similarity = analogue_similarity
        self._compounds_by_key: dict[str, list[NamedCompound]] = defaultdict(list)
        self._drugs_by_scaffold: dict[str, set[str]] = defaultdict(set)
        for one in compounds:
            self._compounds_by_key[one.flat_key].append(one)
            if one.scaffold:
                self._drugs_by_scaffold[one.scaffold].add(one.name)
        self._actives_by_key = {one.flat_key: one for one in actives}
        self._compound_index = CountTanimoto([one.counts for one in compounds])
        self._active_index = CountTanimoto([one.counts for one in actives])

    def judge(self, structure: Structure) -> dict[str, Any]:
        """The row of KNOWN of one structure.

        A structure that RDKit cannot read has no similarity; its key and scaffold still speak.
        """
        counts = _counts(structure.smiles)
        near = self._compound_index.likest(counts) if counts else None
        near_active = self._active_index.likest(counts) if counts else None
        compound = self._compound(structure, near) if near else None
        active = self._actives[near_active.row] if near_active else None
        known_as = self._known_as(structure)
        of_scaffold = sorted(self._drugs_by_scaffold.get(structure.scaffold, ()))
        return {
            "structure_id": structure.structure_id,
            "tier": self._tier(known_as, of_scaffold, near, near_active),
            "known_as": known_as,
            "nearest_drug": compound.name if compound else None,
            "nearest_drug_smiles": compound.smiles if compound else None,
            "nearest_drug_similarity": near.similarity if near else None,
            "nearest_active": active.flat_key if active else None,
            "nearest_active_endpoints": ",".join(active.endpoints) if active else None,
            "nearest_active_similarity": near_active.similarity if near_active else None,
            "drugs_of_scaffold": of_scaffold,
        }

    def _compound(self, structure: Structure, near: Likest) -> NamedCompound:
        """The likest compound; fingerprints see no stereochemistry, the key does."""
        found = self._compounds[near.row]
        itself = (one for one in self._same_skeleton(structure) if _is(one, structure))
        return next(itself, found) if near.similarity == 1 else found

    def _same_skeleton(self, structure: Structure) -> list[NamedCompound]:
        return self._compounds_by_key.get(structure.flat_key, [])

    def _known_as(self, structure: Structure) -> list[str]:
        compounds = self._same_skeleton(structure)
        # The structure itself before its stereoisomers.
        compounds = sorted(compounds, key=lambda one: not _is(one, structure))
        told = [_told(one, structure) for one in compounds]
        if active := self._actives_by_key.get(structure.flat_key):
            further = len(active.endpoints) - _N_TOLD
            more = f" and {further} more" if further > 0 else ""
            told.append(f"active in {', '.join(active.endpoints[:_N_TOLD])}{more} (training data)")
        return told

    def _tier(self, known_as: list[str], of_scaffold: list[str], *near: Likest | None) -> str:
        if known_as:
            return "known"
        most = max((one.similarity for one in near if one), default=0.0)
        return "analogue" if of_scaffold or most >= self._analogue_similarity else "novel"


def _is(compound: NamedCompound, structure: Structure) -> bool:
    return compound.inchikey == structure.structure_id


def _told(compound: NamedCompound, structure: Structure) -> str:
    """As what a structure is known that shares a compound's flat key."""
    if _is(compound, structure):
        return f"{compound.name} ({compound.standing})"
    if structure.stereo in ("partial", "undefined"):
        return f"{compound.name} or a stereoisomer, not fully drawn ({compound.standing})"
    return f"stereoisomer of {compound.name} ({compound.standing})"


def _counts(smiles: str) -> SparseCounts | None:
    molecule = parse_smiles(smiles)
    return None if isinstance(molecule, Problem) else morgan_counts(molecule)
