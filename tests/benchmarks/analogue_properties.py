"""Compare a library of analogues with CMNPD, and check that its molecules are distinct.

    python tests/benchmarks/analogue_properties.py FILE.csv.gz --mirror FOLDER [--first 100000]

Every SMILES is read again and its canonical SMILES compared with all others and with the one in
the file. Exit code 1: one is unreadable, not canonical, of several fragments, or comes twice.
"""

from __future__ import annotations

import csv
import gzip
import itertools
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from marine_libraries import mirror_parser, structures
from rdkit import Chem, rdBase
from rdkit.Chem import Crippen, Descriptors, rdMolDescriptors

PERCENTILES = (5, 25, 50, 75, 95, 99)
PROPERTIES: dict[str, Callable[[Chem.Mol], float]] = {
    "heavy atoms": lambda molecule: molecule.GetNumAtoms(),
    "molecular weight, Da": Descriptors.MolWt,
    "rings": rdMolDescriptors.CalcNumRings,
    "aromatic rings": rdMolDescriptors.CalcNumAromaticRings,
    "stereocentres": lambda molecule: len(Chem.FindMolChiralCenters(molecule)),
    "H-bond donors": rdMolDescriptors.CalcNumHBD,
    "logP (Crippen)": Crippen.MolLogP,
    "fraction of sp3 carbon": rdMolDescriptors.CalcFractionCSP3,
    "halogens": lambda molecule: sum(
        a.GetAtomicNum() in (9, 17, 35, 53) for a in molecule.GetAtoms()
    ),
}


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a library of analogues."""
    opened = gzip.open if path.suffix == ".gz" else Path.open
    with opened(path, "rt", encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


class Checked:
    """Molecules of a library read again, and what is wrong with them."""

    def __init__(self) -> None:
        self.wrong: Counter[str] = Counter()
        self.seen: set[str] = set()

    def read(self, texts: Iterable[str]) -> Iterator[Chem.Mol]:
        """The molecules of SMILES that can be read."""
        for text in texts:
            molecule = Chem.MolFromSmiles(text)
            if molecule is None:
                self.wrong["unreadable"] += 1
                continue
            smiles = Chem.MolToSmiles(molecule)
            self.wrong["not canonical"] += smiles != text
            self.wrong["several fragments"] += "." in smiles
            self.wrong["twice"] += smiles in self.seen
            self.seen.add(smiles)
            yield molecule


def values_of(molecules: Iterable[Chem.Mol]) -> np.ndarray:
    """Properties of molecules, (n_molecules, n_properties) float64."""
    return np.array([[of(molecule) for of in PROPERTIES.values()] for molecule in molecules])


def table(values: dict[str, np.ndarray]) -> list[str]:
    """Mean and percentiles of each property of each library, as Markdown."""
    heads = ["mean", *(f"{p} %" for p in PERCENTILES)]
    lines = [f"| property | library | {' | '.join(heads)} |", "| --- " * (len(heads) + 2) + "|"]
    for place, name in enumerate(PROPERTIES):
        for library, matrix in values.items():
            column = matrix[:, place]
            figures = [column.mean(), *np.percentile(column, PERCENTILES)]
            cells = " | ".join(f"{figure:.{1 if figure >= 10 else 2}f}" for figure in figures)
            lines.append(f"| {name} | {library} | {cells} |")
    return lines


def main() -> None:
    """Command line."""
    parser = mirror_parser(__doc__ or "")
    parser.add_argument("library", type=Path)
    parser.add_argument("--first", type=int, default=100_000, help="analogues to read")
    options = parser.parse_args()
    rdBase.DisableLog("rdApp.*")
    checked, edits, texts = Checked(), Counter[str](), []
    for row in itertools.islice(rows_of(options.library), options.first):
        texts.append(row["smiles"])
        edits.update(row["edits"].split("|"))
    analogues = values_of(checked.read(texts))
    published = Checked()
    cmnpd = values_of(
        published.read(text for _, text in structures(options.mirror, "CMNPD", options.sample))
    )
    print("\n".join(table({"CMNPD": cmnpd, "analogues": analogues})))
    print(f"\n{len(texts):,} analogues, {len(checked.seen):,} distinct canonical SMILES")
    print(f"{len(checked.seen & published.seen):,} of them are compounds of CMNPD")
    print("edits:", ", ".join(f"{name} {n:,}" for name, n in edits.most_common()))
    wrong = {what: n for what, n in checked.wrong.items() if n}
    print("wrong:", wrong or "none")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
