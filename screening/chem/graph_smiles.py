"""SMILES of a structure's graph alone, for comparisons that do not regard stereochemistry."""

from __future__ import annotations

from rdkit import Chem


def flat_smiles(molecule: Chem.Mol) -> str:
    """Canonical SMILES without stereochemistry."""
    return str(Chem.MolToSmiles(molecule, isomericSmiles=False))
