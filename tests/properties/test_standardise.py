"""Standardisation is idempotent and does not depend on the order of the atoms."""

from __future__ import annotations

import csv
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdkit import Chem

from screening.chem.parse import parse_smiles
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

# Ions and dipoles that are awkward to draw; RDKit reads them all.
_AWKWARD_TEXT = """
c1cc[cH-]c1 [CH-]1C=CC=C1 [Na+].c1cc[cH-]c1 CC1=CC=C[CH-]1.[K+] c1ccc2[cH-]ccc2c1
[Li+].c1ccc2c(c1)[cH-]c1ccccc12 [CH-]1C=CC=C1.[CH-]1C=CC=C1.[Fe+2] [cH-]1cccc1.[Tl+]
[CH-]1C=C[CH-]C=CC=C1 C[N+](C)(C)C[c-]1cccc1 OC(=O)c1ccc[cH-]1 [13cH-]1cccc1 [cH-]1nncn1
c1ccc[cH+]cc1 [O-]c1ccc[cH+]cc1 [cH+]1cc1 C[C+](C)C [CH3+] C[CH+]C C1=CC[CH+]C=C1 [c+]1ccccc1
[c-]1ccccc1.[Li+] C[CH-]C#N [CH-](C#N)C#N.[K+] CC(=O)[CH-]C(C)=O [CH-]=C [C-]#C.[Na+] [C-]#N
[CH2-][N+]#N C=[N+]=[N-] [N-]=[N+]=C1C=CC(=O)C=C1 N#[N+]c1ccccc1.[Cl-] CN=[N+]=[N-] [N-]=[N+]=N
CC#[N+][O-] C[N+]#[C-] [C-]#[N+]c1ccccc1 [C-]#[O+] C[n+]1cc[n-]c1 Cn1cc[n+](C)[c-]1
C[S+](C)[CH2-] C[S+](C)C C[P+](C)(C)[CH2-] c1ccc(cc1)[P+](c1ccccc1)(c1ccccc1)C=C C=[S+][O-]
C[n+]1ccccc1[O-] [O-][n+]1ccccc1 C[N+](C)(C)[O-] C[N+]([O-])=C [O-]c1c[n+](C)no1 [nH2+]1cccc1
c1cc[o+]cc1 c1cc[s+]cc1 c1cc[se+]cc1 c1cc2cccc[n+]2cc1 C[o+]1cccc1 [OH+]=C1C=CC=CC=C1
C[I+]c1ccccc1 O=[I+]([O-])c1ccccc1 c1cc[p-]c1 c1cc[b-]cc1 [bH-]1ccccc1 C[Si-](F)(F)(F)F
C[CH2] C[O] CC1=[O+]CCC1 F[B-](F)(F)F.c1ccc[cH+]cc1 [Co+2].[N-]1C=CC=C1
"""
_AWKWARD = _AWKWARD_TEXT.split()


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


@pytest.mark.parametrize("smiles", _AWKWARD)
def test_what_can_be_read_is_a_parent_or_has_a_true_reason(smiles: str) -> None:
    assert isinstance(parse_smiles(smiles), Chem.Mol)
    result = standardise(smiles)
    if isinstance(result, Problem):
        assert result.code in ("metal", "no_carbon")
    else:
        again = parent_of(result.smiles)
        assert (again.smiles, again.inchikey) == (result.smiles, result.inchikey)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="CNOSPc1c1n[]()=#+-H", max_size=24))
def test_a_text_that_is_read_is_never_blamed(text: str) -> None:
    if isinstance(parse_smiles(text), Problem):
        return
    result = standardise(text)
    assert not (isinstance(result, Problem) and result.code == "bad_smiles")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(_AWKWARD), st.randoms(use_true_random=False))
def test_atom_order_does_not_matter_to_ions(smiles: str, rng: random.Random) -> None:
    molecule = Chem.MolFromSmiles(smiles)
    order = list(range(molecule.GetNumAtoms()))
    rng.shuffle(order)
    shuffled = Chem.MolToSmiles(Chem.RenumberAtoms(molecule, order), canonical=False)
    result, other = standardise(smiles), standardise(shuffled)
    if isinstance(result, Problem):
        assert other == result
    else:
        assert isinstance(other, Parent)
        assert replace(other, input_smiles=smiles) == replace(result, input_smiles=smiles)
