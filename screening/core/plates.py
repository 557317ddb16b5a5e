"""Wells of assay plates, named and ordered as laboratories do.

Compounds fill the inner columns from the top down, as an eight-channel pipette goes: A02, B02 …
H02, A03. The outer columns stay free for controls: one on each side of 96 wells, two of 384.
"""

from __future__ import annotations

from typing import Literal

Plate = Literal[96, 384]

# Rows, columns, and columns on each side that are left for controls.
FORMATS: dict[Plate, tuple[int, int, int]] = {96: (8, 12, 1), 384: (16, 24, 2)}


def compound_wells(plate: Plate) -> list[str]:
    """The wells for compounds in the order in which they are filled; two digits sort as text."""
    n_rows, n_columns, n_controls = FORMATS[plate]
    rows = "ABCDEFGHIJKLMNOP"[:n_rows]
    columns = range(1 + n_controls, n_columns - n_controls + 1)
    return [f"{row}{column:02d}" for column in columns for row in rows]
