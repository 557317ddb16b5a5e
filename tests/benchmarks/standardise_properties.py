"""Whether standardising is idempotent and independent of the order of the atoms, on all of CMNPD
and CyanoMetDB.

    python tests/benchmarks/standardise_properties.py --mirror FOLDER [--sample N] [--orders 2]

For each structure: the parent standardised again gives the same SMILES, InChIKey and stereo state;
its atoms in random order give the same parent; the parent passes RDKit's sanitisation; and the
stereo elements that the structure as read states are as many in a parent whose groups were not
changed. Exceptions are listed by id and structure.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

from marine_libraries import LIBRARIES, mirror_parser, structures
from rdkit import Chem, RDLogger

from screening.chem.notation import read_structure
from screening.chem.problem import Problem
from screening.chem.reading import Reading
from screening.chem.standardise import Parent, standardise, standardise_reading
from screening.chem.stereo import stereo_counts

_SEED = 20_200_513


def exceptions(text: str, orders: int, chance: random.Random) -> Iterator[str]:
    """Names of the properties that do not hold for one structure; its outcome first."""
    reading = read_structure(text)
    parent = reading if isinstance(reading, Problem) else standardise_reading(reading)
    if isinstance(parent, Problem) or isinstance(reading, Problem):
        yield f"rejected: {parent.code}" if isinstance(parent, Problem) else "rejected"
        return
    yield f"stereo {parent.stereo}"
    if not _same(standardise(parent.smiles), parent):
        yield "not idempotent"
    if any(not _same(_shuffled(reading, chance), parent) for _ in range(orders)):
        yield "depends on the order of the atoms"
    molecule = Chem.MolFromSmiles(parent.smiles)
    if molecule is None:
        yield "not sanitised"
    elif not parent.changes and stereo_counts(reading.molecule) != stereo_counts(molecule):
        yield "stereo changed"


def _same(result: Parent | Problem, parent: Parent) -> bool:
    return isinstance(result, Parent) and (
        (result.smiles, result.inchikey, result.stereo)
        == (parent.smiles, parent.inchikey, parent.stereo)
    )


def _shuffled(reading: Reading, chance: random.Random) -> Parent | Problem:
    order = list(range(reading.molecule.GetNumAtoms()))
    chance.shuffle(order)
    shuffled = Chem.RenumberAtoms(reading.molecule, order)
    return standardise(Chem.MolToSmiles(shuffled, canonical=False))


def main() -> None:
    parser = mirror_parser(__doc__ or "")
    parser.add_argument("--orders", type=int, default=2, help="random orders of each structure")
    options = parser.parse_args()
    RDLogger.DisableLog("rdApp.*")  # type: ignore[attr-defined]
    chance = random.Random(_SEED)
    for library in LIBRARIES:
        rows = structures(options.mirror, library, options.sample)
        counts: Counter[str] = Counter()
        for identifier, text in rows:
            outcome, *faults = exceptions(text, options.orders, chance)
            counts[outcome] += 1
            for fault in faults:
                counts[fault] += 1
                print(f"  {library} {identifier}: {fault}: {text}", flush=True)
        print(f"{library}: {len(rows):,} structures, {options.orders} random orders each")
        for name, count in sorted(counts.items()):
            print(f"  {name}: {count:,}", flush=True)


if __name__ == "__main__":
    main()
