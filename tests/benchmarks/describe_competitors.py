"""Times of other descriptor libraries; run by describe_speed.py in an environment of their own.

    python describe_competitors.py SMILES.txt SUBSET

Prints JSON: name → milliseconds of processor time per compound, from SMILES, one core.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from rdkit import Chem, RDLogger
from rdkit.Chem import Descriptors


def calc_mol_descriptors(smiles: list[str]) -> int:
    for text in smiles:
        Descriptors.CalcMolDescriptors(Chem.MolFromSmiles(text))
    return len(Descriptors.descList)


def datamol(smiles: list[str]) -> int:
    import datamol as dm

    for text in smiles:
        found = dm.descriptors.compute_many_descriptors(dm.to_mol(text))
    return len(found)


def mordred(smiles: list[str]) -> int:
    from mordred import Calculator, descriptors

    calculator = Calculator(descriptors, ignore_3D=True)
    for text in smiles:
        calculator(Chem.MolFromSmiles(text))
    return len(calculator.descriptors)


def skfp(name: str, **arguments: object) -> Callable[[list[str]], int]:
    def compute(smiles: list[str]) -> int:
        from skfp import fingerprints

        found = getattr(fingerprints, name)(n_jobs=1, **arguments).transform(smiles)
        return int(found.shape[1])

    return compute


def skfp_alerts(smiles: list[str]) -> int:
    from skfp import filters

    molecules = [Chem.MolFromSmiles(text) for text in smiles]
    for name in ("PAINSFilter", "BrenkFilter", "NIHFilter"):
        getattr(filters, name)(n_jobs=1, return_type="indicators").transform(molecules)
    return 3


def per_compound_ms(function: Callable[[list[str]], int], smiles: list[str]) -> tuple[float, int]:
    function(smiles[:5])  # imports and tables
    started = time.process_time()
    n_values = function(smiles)
    return (time.process_time() - started) / len(smiles) * 1000, n_values


def main() -> None:
    RDLogger.DisableLog("rdApp.*")
    smiles = Path(sys.argv[1]).read_text().split()
    few = smiles[: int(sys.argv[2])]
    rdkit, fingerprints = f"RDKit {version('rdkit')}", f"skfp {version('scikit-fingerprints')}"
    runs: list[tuple[str, Callable[[list[str]], int], list[str]]] = [
        (f"CalcMolDescriptors, {rdkit}", calc_mol_descriptors, smiles),
        (f"datamol {version('datamol')}", datamol, smiles),
        (f"mordredcommunity {version('mordredcommunity')}, 2D", mordred, few),
        (f"{fingerprints} RDKit2D", skfp("RDKit2DDescriptorsFingerprint"), few),
        (f"{fingerprints} Mordred", skfp("MordredFingerprint"), few),
        (f"{fingerprints} MAP4", skfp("MAPFingerprint"), few),
        (f"{fingerprints} PAINS, Brenk, NIH filters", skfp_alerts, few),
    ]
    found = {}
    for name, function, sample in runs:
        try:
            found[name] = per_compound_ms(function, sample)
        except (ImportError, AttributeError, TypeError, ValueError) as problem:
            print(f"{name}: {problem}", file=sys.stderr)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
