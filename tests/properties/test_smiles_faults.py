"""A valid SMILES broken in one known way is refused, and the fault is named at its place."""

from __future__ import annotations

import csv
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from screening.chem.parse import parse_smiles
from screening.chem.problem import Problem
from screening.chem.smiles_faults import SmilesText

_LIBRARY = Path(__file__).resolve().parents[2] / "data/marine_reference.csv"


def _smiles() -> list[str]:
    with _LIBRARY.open(encoding="utf-8", newline="") as stream:
        return sorted({row["smiles"] for row in csv.DictReader(stream)})


SMILES = st.sampled_from(_smiles())
# White space that a spreadsheet may leave before the text; positions count it.
SPACE = st.sampled_from(["", " ", "\t  "])


def detail_of(text: str) -> str:
    problem = parse_smiles(text)
    assert isinstance(problem, Problem), text
    assert problem.code == "bad_smiles"
    return problem.detail


def atom_ends(smiles: str) -> list[int]:
    """Indexes after each atom, where anything may be put in."""
    ends = []
    for start in SmilesText(smiles).atoms:
        index = start - 1
        if smiles[index] == "[":
            ends.append(smiles.index("]", index) + 1)
        else:
            ends.append(index + (2 if smiles[index : index + 2] in ("Cl", "Br") else 1))
    return ends


@settings(max_examples=200, deadline=None)
@given(SMILES, SPACE)
def test_valid_text_has_no_fault(smiles: str, space: str) -> None:
    assert SmilesText(smiles, len(space)).fault == ""


@settings(max_examples=200, deadline=None)
@given(SMILES, SPACE, st.data())
def test_an_opened_ring_is_found(smiles: str, space: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(atom_ends(smiles)))
    broken = f"{space}{smiles[:at]}%97{smiles[at:]}"
    assert detail_of(broken) == f"unclosed ring 97 at position {len(space) + at + 1}"


@settings(max_examples=200, deadline=None)
@given(SMILES, SPACE)
def test_an_opened_branch_is_found(smiles: str, space: str) -> None:
    broken = f"{space}{smiles}(C"
    assert detail_of(broken) == f"'(' at position {len(broken) - 1} is never closed"


@settings(max_examples=200, deadline=None)
@given(SMILES, SPACE)
def test_a_closed_branch_too_many_is_found(smiles: str, space: str) -> None:
    broken = f"{space}{smiles})"
    assert detail_of(broken) == f"')' at position {len(broken)} has no '('"


@settings(max_examples=200, deadline=None)
@given(SMILES, SPACE, st.data(), st.sampled_from(["Xx", "Zz", "Qq", "J"]))
def test_an_unknown_element_is_found(
    smiles: str, space: str, data: st.DataObject, symbol: str
) -> None:
    at = data.draw(st.sampled_from(atom_ends(smiles)))
    broken = f"{space}{smiles[:at]}([{symbol}]){smiles[at:]}"
    place = len(space) + at + 3
    assert detail_of(broken) == f"unknown element '{symbol}' at position {place}"


@settings(max_examples=200, deadline=None)
@given(SMILES, SPACE, st.data(), st.sampled_from("!?;,'{}_^&J"))
def test_a_stray_character_is_found(
    smiles: str, space: str, data: st.DataObject, stray: str
) -> None:
    at = data.draw(st.sampled_from(atom_ends(smiles)))
    broken = f"{space}{smiles[:at]}{stray}{smiles[at:]}"
    place = len(space) + at + 1
    assert detail_of(broken) == f"character {stray!r} at position {place} is not used in SMILES"


@settings(max_examples=200, deadline=None)
@given(SMILES, SPACE, st.data())
def test_a_ring_bond_to_itself_is_found(smiles: str, space: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(atom_ends(smiles)))
    broken = f"{space}{smiles[:at]}%97%97{smiles[at:]}"
    place = len(space) + at + 4
    assert detail_of(broken) == f"ring 97 at position {place} closes on the atom that opened it"


@settings(max_examples=200, deadline=None)
@given(SMILES, SPACE)
def test_an_atom_with_too_many_bonds_is_found(smiles: str, space: str) -> None:
    broken = f"{space}{smiles}.CFC"
    place = len(broken) - 1
    problem = parse_smiles(broken)
    assert isinstance(problem, Problem)
    assert problem.code == "bad_valence"
    assert problem.detail.startswith(f"position {place}: F has 2 bonds")


@settings(max_examples=200, deadline=None)
@given(SMILES, st.text(alphabet="CNOc1(2)[]=#%.@H+", min_size=1, max_size=3), st.data())
def test_whatever_is_put_in_gets_a_place(smiles: str, junk: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(smiles)))
    problem = parse_smiles(smiles[:at] + junk + smiles[at:])
    if isinstance(problem, Problem) and problem.code in ("bad_smiles", "bad_valence"):
        assert "position" in problem.detail, smiles[:at] + junk + smiles[at:]
