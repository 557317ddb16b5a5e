"""A structure with its properties as one record of an SD file, which no text can break.

CTfile formats, BIOVIA 2020: a title of at most 80 characters, then a molblock, then data items,
each a header in angle brackets and lines up to an empty one; four dollar signs end the record.
"""

from __future__ import annotations

from collections.abc import Mapping

from rdkit import Chem, rdBase
from rdkit.Chem import rdDepictor

from screening.chem.drawing import place_atoms

MAX_TITLE = 80
# Longest line of a data item in the format.
MAX_VALUE = 200
# What readers take for the end of the record or for the next header.
_MARKS = ("$$$$", ">")
_EMPTY = "\n     RDKit          2D\n\n  0  0  0  0  0  0  0  0  0  0999 V2000\nM  END\n"


def sdf_record(smiles: str, title: str, properties: Mapping[str, str]) -> str:
    """One record, the atoms placed in the plane.

    Parameters
    ----------
    smiles : structure; where RDKit cannot read it the record has no atoms.
    title : name of the record.
    properties : values by their names, which are the project's own. Of a value, as of the title,
        what breaks lines or is not printed becomes a space, what is too long ends in an ellipsis,
        and a mark of the format at its beginning is preceded by an apostrophe.
    """
    with rdBase.BlockLogs():
        molecule = Chem.MolFromSmiles(smiles)
    block = _EMPTY if molecule is None else _mol_block(molecule)
    _, _, body = block.partition("\n")
    items = [f">  <{name}>\n{_line(text, MAX_VALUE)}\n\n" for name, text in properties.items()]
    return f"{_line(title, MAX_TITLE)}\n{body}{''.join(items)}$$$$\n"


def _line(text: str, most: int) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    shown = " ".join(shown.split())
    if shown.startswith(_MARKS):
        shown = f"'{shown}"
    return shown if len(shown) <= most else shown[: most - 1] + "…"


def _mol_block(molecule: Chem.Mol) -> str:
    """The molblock of the first layout from which the structure is read back as it was."""
    smiles = Chem.MolToSmiles(molecule)
    block = ""
    for lay_out in (place_atoms, rdDepictor.Compute2DCoords):
        lay_out(molecule)
        block = Chem.MolToMolBlock(molecule)
        with rdBase.BlockLogs():
            seen = Chem.MolFromMolBlock(block)
        if seen is not None and Chem.MolToSmiles(seen) == smiles:
            break
    return block
