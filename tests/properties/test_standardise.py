"""Standardisation is idempotent and does not depend on the order of the atoms."""

from __future__ import annotations

import csv
import random
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem

from screening.chem.problem import Problem
from screening.chem.standardise import Parent, standardise

_LIBRARY = Path(__file__).resolve().parents[2] / "data/marine_reference.csv"

# Salts, inner salts and permanent ions of the sea.
_IONS = {
    "homarine": "C[n+]1ccccc1C(=O)[O-]",
    "fascaplysin chloride": "O=C1c2ccccc2-[n+]2ccc3c4ccccc4[nH]c3c12.[Cl-]",
    "dimethylsulfoniopropionate": "C[S+](C)CCC(=O)[O-]",
    "arsenobetaine": "C[As+](C)(C)CC(=O)[O-]",
    "taurine, sodium salt": "NCCS(=O)(=O)O[Na]",
    "trimethylamine oxide": "C[N+](C)(C)[O-]",
    "geosmin": "CC1CCCC2(C)CCCCC12O",
}


def marine_structures() -> dict[str, str]:
    """Name → SMILES."""
    with _LIBRARY.open(encoding="utf-8", newline="") as stream:
        return {row["name"]: row["smiles"] for row in csv.DictReader(stream)} | _IONS


STRUCTURES = st.sampled_from(sorted(marine_structures().values()))


def parent_of(smiles: str) -> Parent:
    parent = standardise(smiles)
    assert isinstance(parent, Parent), (smiles, parent)
    return parent


@settings(max_examples=150, deadline=None)
@given(STRUCTURES)
def test_idempotent(smiles: str) -> None:
    once = parent_of(smiles)
    twice = parent_of(once.smiles)
    assert (twice.smiles, twice.inchikey, twice.stereo) == (once.smiles, once.inchikey, once.stereo)
    # A second pass changes nothing; what is unusual in the structure is named each time.
    assert [change for change in twice.changes if not change.startswith("unusual element")] == []


@settings(max_examples=150, deadline=None)
@given(STRUCTURES, st.randoms(use_true_random=False))
def test_atom_order_does_not_matter(smiles: str, rng: random.Random) -> None:
    molecule = Chem.MolFromSmiles(smiles)
    order = list(range(molecule.GetNumAtoms()))
    rng.shuffle(order)
    shuffled = Chem.MolToSmiles(Chem.RenumberAtoms(molecule, order), canonical=False)
    assert replace(parent_of(shuffled), input_smiles=smiles) == parent_of(smiles)


@settings(max_examples=100, deadline=None)
@given(STRUCTURES, st.sampled_from(["[Na+].[Cl-]", "O", "Cl", "OC(=O)C(F)(F)F", "CO.O"]))
def test_counter_ions_and_solvents_do_not_matter(smiles: str, company: str) -> None:
    alone, together = parent_of(smiles), parent_of(f"{company}.{smiles}")
    assert together.inchikey == alone.inchikey
    assert together.smiles == alone.smiles


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_parent_or_a_problem(text: str) -> None:
    result = standardise(text)
    assert isinstance(result, Parent | Problem)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="CNOSPFIBrcnos[]()=#+-123@/\\.%HNa*", max_size=40))
def test_smiles_like_text_is_a_parent_or_a_problem(text: str) -> None:
    result = standardise(text)
    if isinstance(result, Parent):
        assert parent_of(result.smiles).smiles == result.smiles
