"""A structure with what each of its atoms adds, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdkit.Chem import MolFromSmiles
from rdkit.Chem.Draw import rdMolDraw2D

WIDTH, HEIGHT = 520, 400
# Orange adds and blue takes away: a pair that the colour-blind tell apart (Okabe and Ito 2008).
ADDS, TAKES = (0.90, 0.62, 0.0), (0.34, 0.71, 0.91)
_FAINT = 0.05
"""Atoms below this share of the strongest stay white."""


def draw_contributions(smiles: str, contributions: Sequence[float]) -> str:
    """SVG document: orange atoms raise the value, blue ones lower it, the strongest the fullest.

    Parameters
    ----------
    smiles : a SMILES that RDKit reads. contributions : (n_atoms,) in the order of the SMILES.
    """
    molecule = MolFromSmiles(smiles)
    strongest = max((abs(value) for value in contributions), default=0.0)
    colours = {
        atom: _colour(value / strongest)
        for atom, value in enumerate(contributions)
        if strongest and abs(value) >= _FAINT * strongest
    }
    canvas = rdMolDraw2D.MolDraw2DSVG(WIDTH, HEIGHT)
    options: Any = canvas.drawOptions()
    options.useBWAtomPalette()
    options.fillHighlights = True
    options.highlightRadius = 0.4
    rdMolDraw2D.PrepareAndDrawMolecule(
        canvas,
        molecule,
        highlightAtoms=list(colours),
        highlightAtomColors=colours,
        highlightBonds=[],
    )
    canvas.FinishDrawing()
    return str(canvas.GetDrawingText())


def _colour(share: float) -> tuple[float, float, float]:
    """From white to the full colour."""
    full = ADDS if share > 0 else TAKES
    red, green, blue = (1 - abs(share) * (1 - part) for part in full)
    return red, green, blue
