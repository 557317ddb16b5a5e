"""Drawings for the curation page, each small enough that all of them together stay small."""

from __future__ import annotations

from dataclasses import dataclass

from screening.chem.drawing import Drawing, draw_structure
from screening.chem.problem import Problem

DRAWN_CHARS = 500
"""Longest SMILES drawn: a larger one cannot be read at this size, and laying it out takes time."""
DRAWING_BYTES = 30_000
_TOO_LARGE = Problem("too_large", "too large to draw here")


@dataclass(frozen=True)
class Picture:
    """A structure beside its name.

    Parameters
    ----------
    caption : name of what is drawn; a user's text.
    smiles : the structure.
    drawing : its shapes, or why there are none.
    """

    caption: str
    smiles: str
    drawing: Drawing | Problem


def picture(smiles: str, caption: str, like: str | None = None) -> Picture:
    """Draw a structure, or say why it is not drawn.

    Parameters
    ----------
    smiles, caption : the structure and its name.
    like : SMILES of a structure that holds this one; it is laid out as there.
    """
    if len(smiles) > DRAWN_CHARS:
        return Picture(caption, smiles, _TOO_LARGE)
    drawing = draw_structure(smiles, like if like and len(like) <= DRAWN_CHARS else None)
    if isinstance(drawing, Drawing) and len(drawing.shapes) > DRAWING_BYTES:
        return Picture(caption, smiles, _TOO_LARGE)
    return Picture(caption, smiles, drawing)
