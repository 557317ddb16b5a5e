from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from screening.chem.drawing import HEIGHT, WIDTH, Drawing, draw_structure
from screening.chem.problem import Problem

BRYOSTATIN = (
    "CCCC=CC=CC(=O)O[C@H]1/C(=C/C(=O)OC)/C[C@H]2C[C@@H](OC(=O)C[C@@H](C[C@@H]3C[C@@H](C([C@@](O3)"
    "(C[C@@H]4C/C(=C/C(=O)OC)/C[C@@H](O4)/C=C/C([C@@]1(O2)O)(C)C)O)(C)C)OC(=O)C)O)[C@@H](C)O"
)
EICOSAPENTAENOIC_ACID = "CCC=CCC=CCC=CCC=CCC=CCCCC(O)=O"


def draw(smiles: str) -> Drawing:
    drawing = draw_structure(smiles)
    assert isinstance(drawing, Drawing)
    return drawing


def test_shapes_are_well_formed_paths_inside_the_box() -> None:
    root = ElementTree.fromstring(f"<g>{draw(BRYOSTATIN).shapes}</g>")
    assert {shape.tag for shape in root} == {"path"}
    numbers = [
        float(number) for shape in root for number in re.findall(r"-?\d+\.?\d*", shape.attrib["d"])
    ]
    assert min(numbers) >= 0
    assert max(numbers) <= max(WIDTH, HEIGHT)
    assert all(number == round(number, 1) for number in numbers)


def test_a_macrolide_stays_small() -> None:
    assert len(draw(BRYOSTATIN).shapes) < 15_000


def test_a_long_chain_is_laid_on_its_side() -> None:
    root = ElementTree.fromstring(f"<g>{draw(EICOSAPENTAENOIC_ACID).shapes}</g>")
    bonds = next(shape.attrib["d"] for shape in root if shape.attrib["fill"] == "none")
    points = [tuple(map(float, pair.split())) for pair in re.findall(r"[\d.]+ [\d.]+", bonds)]
    width = max(x for x, _ in points) - min(x for x, _ in points)
    height = max(y for _, y in points) - min(y for _, y in points)
    assert width > 3 * height


def test_every_colour_is_dark_enough_to_print() -> None:
    drawing = draw("Brc1cc(Cl)c(F)cc1N(C)C(=O)SCP(=O)(O)CI")
    colours = set(re.findall(r"#([0-9A-Fa-f]{6})", drawing.shapes))
    assert len(colours) > 4
    for colour in colours:
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
        # Luminance of linear light, ITU-R BT.709.
        assert 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2 < 0.15


def test_the_same_structure_gives_the_same_drawing() -> None:
    assert draw(BRYOSTATIN) == draw(BRYOSTATIN)


@pytest.mark.parametrize(("smiles", "code"), [("c1ccccc", "bad_smiles"), ("", "empty_structure")])
def test_what_cannot_be_drawn_is_a_problem(smiles: str, code: str) -> None:
    problem = draw_structure(smiles)
    assert isinstance(problem, Problem)
    assert problem.code == code


def test_a_parent_is_laid_out_as_in_its_salt() -> None:
    # The salt begins at another atom, and its layout is turned.
    salt, parent = "OC(=O)C(F)(F)F.c1cc(Br)cc2[nH]cc(CC[NH3+])c12", "NCCc1c[nH]c2cc(Br)ccc12"
    drawing = draw_structure(parent, like=salt)
    assert isinstance(drawing, Drawing)
    assert drawing != draw(parent)
    assert drawing == draw_structure(parent, like=salt.partition(".")[2])
    assert draw_structure(parent, like=parent) == draw(parent)


@pytest.mark.parametrize("like", ["", "C1CC", "CCO"])
def test_what_does_not_hold_the_structure_leaves_its_drawing_as_it_is(like: str) -> None:
    parent = "NCCc1c[nH]c2cc(Br)ccc12"
    assert draw_structure(parent, like=like) == draw(parent)


def test_a_layout_that_would_turn_a_double_bond_is_not_taken() -> None:
    assert draw_structure("C/C=C\\CCO", like="C/C=C/CCO") == draw("C/C=C\\CCO")


def test_halos_mark_the_atoms_that_matter() -> None:
    drawing = draw_structure("CCO", contributions=[0.02, 0.25, -1.0])
    assert isinstance(drawing, Drawing)
    root = ElementTree.fromstring(f"<g>{drawing.halos}</g>")
    assert [group.attrib["class"] for group in root] == ["up", "down"]
    (up,), (down,) = root
    # A quarter of the strongest has half its radius, so that areas compare; the faint has none.
    assert float(up.attrib["r"]) == pytest.approx(float(down.attrib["r"]) / 2, abs=0.1)
    assert float(up.attrib["cx"]) != float(down.attrib["cx"])


@pytest.mark.parametrize("contributions", [(), [0.0, 0.0, 0.0], [1.0, 2.0]])
def test_no_halos_without_contributions_of_its_atoms(contributions: list[float]) -> None:
    drawing = draw_structure("CCO", contributions=contributions)
    assert isinstance(drawing, Drawing)
    assert drawing.halos == ""
    assert drawing.shapes == draw("CCO").shapes
