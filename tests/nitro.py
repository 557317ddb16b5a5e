"""A table to train on in seconds: ninety small structures, and whether each is a nitro compound."""

from __future__ import annotations

from itertools import product

import pandas as pd
from rdkit import Chem
from rdkit.Chem import Crippen

RINGS = ["c1ccc({a})cc1{b}", "c1ncc({a})cc1{b}", "c1cc({a})oc1{b}", "c1cc({a})sc1{b}",
         "C1CC({a})CCC1{b}", "c1cc({a})c2ccccc2c1{b}", "C1CCC({a})CCC1{b}",
         "c1cc2oc({a})cc2cc1{b}", "C1C({a})CC1{b}", "C({a})CCCC{b}"]  # fmt: skip
PAIRS = list(product(["[N+](=O)[O-]", "O", "N"], ["N", "Cl", "CCO"]))
NITRO = Chem.MolFromSmarts("[N+](=O)[O-]")


def nitro_table() -> pd.DataFrame:
    mols = [
        Chem.MolFromSmiles(ring.format(a=left, b=right))
        for ring, (left, right) in product(RINGS, PAIRS)
    ]
    rows = [
        (Chem.MolToSmiles(mol), int(mol.HasSubstructMatch(NITRO)), Crippen.MolLogP(mol))
        for mol in mols
    ]
    table = pd.DataFrame(rows, columns=["smiles", "nitro", "log_p"])
    return table.drop_duplicates("smiles", ignore_index=True)
