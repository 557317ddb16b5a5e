"""Structure drawings as small SVG: few paths, short numbers, colours that stay dark in grey."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rdkit import Chem, rdBase
from rdkit.Chem import rdCoordGen, rdDepictor
from rdkit.Chem.Draw import rdMolDraw2D

from screening.chem.problem import Problem

WIDTH, HEIGHT = 330, 240
"""The drawing's own units; shown smaller, so that lines and letters stay fine."""

PNG_SCALE = 2
"""Pixels of a PNG for each of the drawing's units."""

# CoordGen draws macrocycles without crossings, RDKit's own layout with ring templates draws cages
# better; CoordGen's time grows steeply with size.
MACROCYCLE_ATOMS = 9
COORDGEN_ATOMS = 250
# Beyond this a drawing is not laid out like another: finding one in the other could take long.
MATCHED_ATOMS = 150
# A drawing that is this many times taller than wide is laid on its side.
TALL = 1.2

# Atoms whose contribution is below this share of the strongest get no halo.
FAINT = 0.12
# Radius of the strongest halo, in the drawing's units: half a bond or so.
_HALO = 15.0

# Dark enough (relative luminance below 0.15) to read as black on a grey printer.
_PALETTE = {
    -1: (0.07, 0.09, 0.11),
    7: (0.09, 0.24, 0.60),
    8: (0.70, 0.11, 0.11),
    9: (0.05, 0.38, 0.26),
    15: (0.56, 0.28, 0.02),
    16: (0.47, 0.34, 0.0),
    17: (0.05, 0.38, 0.26),
    35: (0.46, 0.16, 0.12),
    53: (0.36, 0.14, 0.49),
}

_PATH = re.compile(r"<path\b[^>]*?\bd='([^']*)'([^>]*)>")
_STROKE = re.compile(r"stroke:(#[0-9A-Fa-f]{6})")
_FILL = re.compile(r"fill(?:=')?:?(#[0-9A-Fa-f]{6})")
_NUMBER = re.compile(r"-?\d+\.\d+")


@dataclass(frozen=True)
class Drawing:
    """A structure's SVG shapes, without the `<svg>` around them.

    Parameters
    ----------
    shapes : SVG `<path>` elements; holds nothing that comes from the user.
    width, height : size of the view box.
    halos : SVG circles to lay behind it, of class `up` where an atom raises the value and `down`
        where it lowers it; their area is the contribution's size.
    """

    shapes: str
    width: int = WIDTH
    height: int = HEIGHT
    halos: str = ""


def draw_structure(
    smiles: str, like: str | None = None, contributions: Sequence[float] = ()
) -> Drawing | Problem:
    """Draw a structure.

    Parameters
    ----------
    smiles : SMILES of the structure.
    like : SMILES of a structure that holds this one, such as its salt; this one is laid out as it
        is there, so that the eye finds the difference.
    contributions : for each atom of the SMILES what it adds to a value; empty for none.

    Returns
    -------
    The drawing, or a `Problem` with code ``bad_smiles`` or ``empty_structure``.
    """
    molecule = _read(smiles)
    if isinstance(molecule, Problem):
        return molecule
    upright = place_atoms(molecule) if like is None else _place_like(molecule, _read(like))
    canvas = rdMolDraw2D.MolDraw2DSVG(WIDTH, HEIGHT)
    _set_options(canvas.drawOptions(), upright)
    canvas.DrawMolecule(molecule)
    canvas.FinishDrawing()
    halos = _halos(canvas, contributions) if len(contributions) == molecule.GetNumAtoms() else ""
    return Drawing(_compact(canvas.GetDrawingText()), halos=halos)


def _halos(canvas: Any, contributions: Sequence[float]) -> str:
    """A circle around each atom that matters, the strongest with the largest area."""
    strongest = max(map(abs, contributions), default=0.0)
    circles: dict[str, list[str]] = {"up": [], "down": []}
    for atom, value in enumerate(contributions):
        share = abs(value) / strongest if strongest else 0.0
        if share >= FAINT:
            at = canvas.GetDrawCoords(atom)
            radius = _HALO * share**0.5
            circles["up" if value > 0 else "down"].append(
                f'<circle cx="{at.x:.0f}" cy="{at.y:.0f}" r="{radius:.1f}"/>'
            )
    return "".join(f'<g class="{kind}">{"".join(its)}</g>' for kind, its in circles.items() if its)


def draw_png(smiles: str) -> bytes | Problem:
    """A structure as a PNG on white, for where SVG is not shown; problems as `draw_structure`."""
    molecule = _read(smiles)
    if isinstance(molecule, Problem):
        return molecule
    upright = place_atoms(molecule)
    canvas = rdMolDraw2D.MolDraw2DCairo(PNG_SCALE * WIDTH, PNG_SCALE * HEIGHT)
    options: Any = canvas.drawOptions()
    _set_options(options, upright)
    options.clearBackground = True
    options.bondLineWidth *= PNG_SCALE
    options.fixedBondLength *= PNG_SCALE
    canvas.DrawMolecule(molecule)
    canvas.FinishDrawing()
    return bytes(canvas.GetDrawingText())


def _read(smiles: str) -> Chem.Mol | Problem:
    with rdBase.BlockLogs():
        molecule = Chem.MolFromSmiles(smiles)
    if molecule is None:
        return Problem("bad_smiles", "RDKit cannot read it")
    if not molecule.GetNumAtoms():
        return Problem("empty_structure", "it has no atoms")
    return molecule


def _set_options(options: Any, upright: bool) -> None:
    """Set how the canvas draws; changes `options` (RDKit's stubs do not know their kinds)."""
    options.setAtomPalette(_PALETTE)
    options.clearBackground = False
    options.bondLineWidth = 1.6
    options.padding = 0.03
    # A small molecule must not be blown up until its letters look like a headline.
    options.fixedBondLength = 34
    options.includeMetadata = False
    options.rotate = 0 if upright else 90


def place_atoms(molecule: Chem.Mol) -> bool:
    """Give the atoms coordinates in the plane; false if the drawing should be turned by 90°."""
    rings = molecule.GetRingInfo().AtomRings()
    macrocycle = any(len(ring) >= MACROCYCLE_ATOMS for ring in rings)
    if macrocycle and molecule.GetNumAtoms() <= COORDGEN_ATOMS:
        rdCoordGen.AddCoords(molecule)
    else:
        rdDepictor.Compute2DCoords(molecule, useRingTemplates=True)
        rdDepictor.StraightenDepiction(molecule)
    positions = molecule.GetConformer().GetPositions()
    width, height, _ = positions.max(axis=0) - positions.min(axis=0)
    return bool(height <= TALL * max(width, 1.0))


def _place_like(molecule: Chem.Mol, other: Chem.Mol | Problem) -> bool:
    """Place the atoms as in another structure, whatever its bonds and charges; else as usual."""
    if isinstance(other, Problem) or other.GetNumAtoms() > MATCHED_ATOMS:
        return place_atoms(molecule)
    generic: Any = Chem.AdjustQueryParameters.NoAdjustments()
    generic.makeBondsGeneric = True
    match = other.GetSubstructMatch(Chem.AdjustQueryProperties(molecule, generic))
    if not match:
        return place_atoms(molecule)
    upright = place_atoms(other)
    there = other.GetConformer().GetPositions()
    conformer = Chem.Conformer(molecule.GetNumAtoms())
    conformer.Set3D(False)
    for atom, position in enumerate(match):
        conformer.SetAtomPosition(atom, there[position])
    molecule.RemoveAllConformers()
    molecule.AddConformer(conformer)
    return upright if _tells_the_same(molecule) else place_atoms(molecule)


def _tells_the_same(molecule: Chem.Mol) -> bool:
    """Whether the drawing's geometry is that of the molecule: double bonds follow the layout."""
    with rdBase.BlockLogs():
        seen = Chem.MolFromMolBlock(Chem.MolToMolBlock(molecule))
    return seen is not None and Chem.MolToSmiles(seen) == Chem.MolToSmiles(molecule)


def _compact(svg: str) -> str:
    """Merge all shapes of one colour into one path, coordinates rounded to 0.1.

    RDKit writes one element with a long style for each bond and letter, 40 KB for a macrolide;
    merged, the same drawing takes about a quarter.
    """
    lines: dict[str, list[str]] = {}
    areas: dict[str, list[str]] = {}
    for path, style in _PATH.findall(svg):
        stroke, fill = _STROKE.search(style), _FILL.search(style)
        if fill:
            areas.setdefault(fill[1], []).append(path)
        elif stroke:
            lines.setdefault(stroke[1], []).append(path)
    drawn = [
        f'<path d="{_shorten(paths)}" fill="none" stroke="{colour}" stroke-width="1.6"/>'
        for colour, paths in lines.items()
    ]
    filled = [f'<path d="{_shorten(paths)}" fill="{colour}"/>' for colour, paths in areas.items()]
    return "".join([*drawn, *filled])


def _shorten(paths: list[str]) -> str:
    """One path of many: commands joined, numbers rounded, needless spaces left out."""
    text = " ".join(" ".join(path.replace(",", " ").split()) for path in paths)
    text = _NUMBER.sub(lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), text)
    return re.sub(r" ?([A-Za-z]) ?", r"\1", text)
