"""Structures that are real, or nearly so, and drive toolkits to their limits."""

from __future__ import annotations

import random
from collections.abc import Iterator

from rdkit import Chem

# The first residues of human titin's I-band repeat, again and again: a protein, not a metabolite.
TITIN = "LIEVEKPLYGVEVFVGETAHFEIELSEPDVHGQWKLKGQPLTASPDCEIIEDGKKHILILHNCQLGMTGEVSFQAANAKSAANLKVKEL"


def peptide(n_residues: int) -> str:
    """SMILES of a peptide with the sequence of titin's repeat."""
    sequence = (TITIN * (n_residues // len(TITIN) + 1))[:n_residues]
    return str(Chem.MolToSmiles(Chem.MolFromSequence(sequence)))


def fullerene() -> str:
    """C60: an icosahedron whose twelve corners are cut to pentagons; saturated, C60H60."""
    ring = [(1 + place, 1 + (place + 1) % 5) for place in range(5)]
    below = [(6 + place, 6 + (place + 1) % 5) for place in range(5)]
    edges = {(0, 1 + place) for place in range(5)} | {(11, 6 + place) for place in range(5)}
    edges |= {*ring, *below, *((1 + place, 6 + place) for place in range(5))}
    edges |= {(1 + place, 6 + (place + 1) % 5) for place in range(5)}
    beside: dict[int, set[int]] = {corner: set() for corner in range(12)}
    for first, second in edges:
        beside[first].add(second)
        beside[second].add(first)
    molecule = Chem.RWMol()
    ends = {(v, w): molecule.AddAtom(Chem.Atom(6)) for v in beside for w in beside[v]}
    for (corner, other), atom in ends.items():
        if corner < other:
            molecule.AddBond(atom, ends[other, corner], Chem.BondType.SINGLE)
        for third in beside[corner] & beside[other]:
            if other < third:
                molecule.AddBond(atom, ends[corner, third], Chem.BondType.SINGLE)
    return str(Chem.MolToSmiles(molecule))


def ladder_acene(n_rings: int) -> str:
    """Rings in a row, each sharing a bond with the next: a saturated acene."""
    molecule = Chem.RWMol()
    for _ in range(2 * (2 * n_rings + 1)):
        molecule.AddAtom(Chem.Atom(6))
    top, bottom = range(2 * n_rings + 1), range(2 * n_rings + 1, 4 * n_rings + 2)
    for side in (top, bottom):
        for place in range(2 * n_rings):
            molecule.AddBond(side[place], side[place + 1], Chem.BondType.SINGLE)
    for place in range(0, 2 * n_rings + 1, 2):
        molecule.AddBond(top[place], bottom[place], Chem.BondType.SINGLE)
    return str(Chem.MolToSmiles(molecule))


def graphene(rows: int, columns: int) -> str:
    """A flake of graphene (saturated: every six-ring shares bonds with up to six others)."""
    return _lattice(rows, columns, lambda row, column: (row + column) % 2 == 0)


def square_lattice(rows: int, columns: int) -> str:
    """A sheet of fused cyclobutanes (ladderanes in two dimensions)."""
    return _lattice(rows, columns, lambda row, column: True)


def _lattice(rows: int, columns: int, rung: object) -> str:
    molecule = Chem.RWMol()
    for _ in range(rows * columns):
        molecule.AddAtom(Chem.Atom(6))
    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            if column + 1 < columns:
                molecule.AddBond(here, here + 1, Chem.BondType.SINGLE)
            if row + 1 < rows and rung(row, column):  # type: ignore[operator]
                molecule.AddBond(here, here + columns, Chem.BondType.SINGLE)
    return str(Chem.MolToSmiles(molecule))


def cubane_lattice(n: int) -> str:
    """A row of cubes that share faces: a prismane tower."""
    molecule = Chem.RWMol()
    places = {}
    for place in ((x, y, z) for x in range(2) for y in range(2) for z in range(n)):
        places[place] = molecule.AddAtom(Chem.Atom(6))
    for (x, y, z), atom in places.items():
        for other in ((x + 1, y, z), (x, y + 1, z), (x, y, z + 1)):
            if other in places:
                molecule.AddBond(atom, places[other], Chem.BondType.SINGLE)
    return str(Chem.MolToSmiles(molecule))


def nanotube(circumference: int, length: int) -> str:
    """An open zigzag tube of saturated carbon."""
    molecule = Chem.RWMol()
    n_around = 2 * circumference
    for _ in range(n_around * length):
        molecule.AddAtom(Chem.Atom(6))
    for ring in range(length):
        for place in range(n_around):
            here = ring * n_around + place
            molecule.AddBond(here, ring * n_around + (place + 1) % n_around, Chem.BondType.SINGLE)
            if ring + 1 < length and (place + ring) % 2 == 0:
                molecule.AddBond(here, here + n_around, Chem.BondType.SINGLE)
    return str(Chem.MolToSmiles(molecule))


def dendrimer(generations: int, core: str = "C", branch: str = "N") -> str:
    """A tree whose branches are all alike, which canonical ranking has to tell apart."""
    if generations == 0:
        return core
    arm = dendrimer(generations - 1, core, branch)
    return f"{branch}(CC{arm})CC{arm}"


def complete_graph(n_atoms: int) -> str:
    """Atoms of uranium, each bound to all others: as many rings as a graph can have."""
    molecule = Chem.RWMol()
    for _ in range(n_atoms):
        molecule.AddAtom(Chem.Atom(92))
    for first in range(n_atoms):
        for second in range(first):
            molecule.AddBond(first, second, Chem.BondType.SINGLE)
    return str(Chem.MolToSmiles(molecule))


def open_rings(n_rings: int) -> str:
    """Many ring closures open at once."""
    opening = "".join(f"C%{number:02d}" for number in range(10, 10 + n_rings))
    closing = "".join(f"C%{number:02d}" for number in range(10, 10 + n_rings))
    return opening + closing


def regular_cubic(n_atoms: int, seed: int) -> str:
    """A random graph of CH with three bonds each: rings of all sizes that share everything."""
    rng = random.Random(seed)
    while True:
        ends = [atom for atom in range(n_atoms) for _ in range(3)]
        rng.shuffle(ends)
        pairs = {tuple(sorted(pair)) for pair in zip(ends[::2], ends[1::2], strict=True)}
        if len(pairs) == 3 * n_atoms // 2 and all(first != second for first, second in pairs):
            break
    molecule = Chem.RWMol()
    for _ in range(n_atoms):
        molecule.AddAtom(Chem.Atom(6))
    for first, second in pairs:
        molecule.AddBond(first, second, Chem.BondType.SINGLE)
    return str(Chem.MolToSmiles(molecule))


def structures() -> Iterator[tuple[str, str]]:
    """(what it is, SMILES)."""
    yield "peptide of 50 residues", peptide(50)
    yield "peptide of 240 residues", peptide(240)
    yield "peptide of 300 residues", peptide(300)
    yield "protein of 2,000 residues", peptide(2000)
    yield "fullerene", fullerene()
    yield "chain of 1,000 atoms", "C" * 1000
    yield "chain of 1,990 atoms", "C" * 1990
    yield "chain of 40,000 atoms", "C" * 40_000
    yield "ring of 1,000 atoms", "C1" + "C" * 998 + "C1"
    yield "polyene of 1,000 atoms", "C=C" * 500
    yield "cumulene of 1,000 atoms", "C" + "=C" * 999
    yield "polyethylene glycol, 1,900 atoms", "OCC" * 633
    yield "polystyrene", "CC(c1ccccc1)" * 200
    yield "polyglucose", "OC1C(O)C(O)C(OC1CO)" * 60
    yield "acene of 40 rings", ladder_acene(40)
    yield "acene of 150 rings", ladder_acene(150)
    yield "graphene of 100 atoms", graphene(10, 10)
    yield "graphene of 400 atoms", graphene(20, 20)
    yield "graphene of 1,600 atoms", graphene(40, 40)
    yield "squares, 10 by 10", square_lattice(10, 10)
    yield "squares, 30 by 30", square_lattice(30, 30)
    yield "cubes, 4 in a row", cubane_lattice(4)
    yield "cubes, 100 in a row", cubane_lattice(100)
    yield "nanotube of 200 atoms", nanotube(10, 10)
    yield "nanotube of 900 atoms", nanotube(15, 30)
    yield "cubic graph of 40 atoms", regular_cubic(40, 1)
    yield "cubic graph of 200 atoms", regular_cubic(200, 1)
    yield "cubic graph of 1,000 atoms", regular_cubic(1000, 1)
    yield "all metals bound to all", complete_graph(20)
    yield "89 open rings", open_rings(89)
    yield "dendrimer of 6 generations", dendrimer(6)
    yield "dendrimer of 8 generations", dendrimer(8)
    yield "fragments, 1,000 methanes", ".".join("C" * 1000)
    yield "fragments, 200 benzoates", ".".join(["[O-]C(=O)c1ccccc1"] * 200)
    yield "fragments, 5,000 waters", ".".join("O" * 5000)
    yield "300 stereocentres", "[C@H](O)" + "[C@@H](O)" * 298 + "C"
    yield "300 open stereocentres", "C(O)(F)" * 300
    yield "300 double bonds without geometry", "C=CC" * 300
    yield "sulfoxides, 100", "CS(=O)" * 100 + "C"
    yield "zwitterions, 150", "C([NH3+])(C(=O)[O-])" * 150 + "C"
    yield "charges of 15", "[C+15].[C-15]"
    yield "isotopes 999", "[999CH3][999OH]"
    yield "dummies alone", "*" * 100
    yield "hydrogens, explicit", "[H]" + "C([H])([H])" * 600 + "[H]"
    yield "deuterium, 661", "[2H]" + "C([2H])([2H])" * 330 + "[2H]"
    yield "10,000 parentheses", "C" + "(" * 10_000 + "C" + ")" * 10_000
    yield "10,000 nested branches", "C(" * 10_000 + "C" + ")" * 10_000
    yield "900 nested branches", "C(" * 900 + "C" + ")" * 900
    yield "brackets", "[" * 20_000
    yield "closing brackets", "]" * 20_000
    yield "ring digits", "C" + "1" * 20_000
    yield "bond marks", "C" + "=" * 20_000 + "C"
    yield "dots", "." * 20_000
    yield "percent signs", "C%" * 10_000
    yield "digits in a bracket", "[" + "9" * 20_000 + "C]"
    yield "40,000 characters", "CC(C)(C)" * 5_000
    yield "20 large rings", ".".join("C1" + "C" * 60 + "C1" for _ in range(20))
