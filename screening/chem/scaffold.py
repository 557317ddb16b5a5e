"""Bemis–Murcko scaffolds: the ring systems of a structure and the chains between them.

Bemis and Murcko 1996, J. Med. Chem. 39:2887, doi:10.1021/jm9602928.
"""

from __future__ import annotations

from rdkit.Chem import Mol
from rdkit.Chem.Scaffolds.MurckoScaffold import MurckoScaffoldSmiles


def murcko_scaffold(molecule: Mol) -> str:
    """Canonical SMILES of the scaffold without stereochemistry; empty where there is no ring.

    Stereochemistry is left out so that isomers fall into one family.

    Parameters
    ----------
    molecule : sanitised molecule; it is not altered.
    """
    return str(MurckoScaffoldSmiles(mol=molecule, includeChirality=False))
