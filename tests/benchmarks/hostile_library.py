"""Write a library of marine-like molecules with junk in it, and what must become of each record.

    python tests/benchmarks/hostile_library.py --records 100000 --seed 1 --output hostile.csv

Good records are analogues of the bundled library: one to four hydrogens replaced by small groups.
One record in twenty is junk or odd; odd ones that are good structures must come through.
`hostile.csv.expected.csv` says for each record its kind, whether it is a compound or a reject, and
the codes that a reject may have.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rdkit import Chem, rdBase

PROJECT = Path(__file__).resolve().parents[2]
REFERENCE = PROJECT / "data/marine_reference.csv"
HEADER = ("name", "smiles", "organism", "doi")
JUNK_SHARE = 0.05
COMPOUND = "compound"
# Substituents: atoms, the first bound to the molecule, as SMILES.
GROUPS = ("C", "O", "F", "Cl", "Br", "N", "OC", "CC", "OC(C)=O", "C(=O)O", "CO", "SC", "C#N")


@dataclass(frozen=True)
class Kind:
    """A kind of record: the text of its structure from a good one, and what it must become.

    Parameters
    ----------
    name : of the kind.
    structure : makes the structure field from a good SMILES and a number.
    codes : of the reject, any of them; empty: it is a compound.
    line : makes the record's text from its fields, where plain CSV will not do.
    """

    name: str
    structure: Callable[[str, int], str]
    codes: tuple[str, ...] = ()
    line: Callable[[list[str]], str] | None = None


def csv_line(fields: list[str]) -> str:
    """Fields as one CSV record."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(fields)
    return text.getvalue()


def renamed(name: str) -> Callable[[list[str]], str]:
    """CSV with another name."""
    return lambda fields: csv_line([name, *fields[1:]])


def inchi(smiles: str, number: int) -> str:
    """The InChI of a SMILES."""
    return str(Chem.MolToInchi(Chem.MolFromSmiles(smiles)))


def garbage(smiles: str, number: int) -> str:
    """Letters of many scripts, the same for the same number."""
    rng = random.Random(number)
    return "".join(chr(rng.choice((rng.randrange(0xA1, 0x500), 0xFFFD))) for _ in range(40))


KINDS = (
    Kind("empty", lambda s, n: "", ("empty_structure",)),
    Kind("spaces", lambda s, n: "   ", ("empty_structure",)),
    Kind("unclosed ring", lambda s, n: s + "C%98CC", ("bad_smiles",)),
    Kind("unclosed bracket", lambda s, n: s + "[CH2", ("bad_smiles",)),
    Kind("unclosed branch", lambda s, n: "CC(" + s, ("bad_smiles",)),
    Kind("cut in the middle", lambda s, n: s[: len(s) // 2] + "(", ("bad_smiles",)),
    Kind("bad valence", lambda s, n: "CC(C)(C)(C)(C)" + s, ("bad_valence",)),
    Kind("unknown element", lambda s, n: "[Xx]" + s, ("bad_smiles",)),
    Kind("not kekulisable", lambda s, n: "c1cccc1." + s, ("bad_smiles",)),
    Kind("prose", lambda s, n: "see supporting information", ("bad_smiles",)),
    Kind("a name", lambda s, n: "manzamine", ("bad_smiles",)),
    Kind("HTML", lambda s, n: f"<p>{s}</p>", ("bad_smiles",)),
    Kind("formula injection", lambda s, n: "=cmd|' /C calc'!A0", ("bad_smiles",)),
    Kind("Chinese text", lambda s, n: "海绵动物", ("bad_smiles",)),
    Kind("control characters", lambda s, n: s[:4] + "\x07\x1b" + s[4:], ("bad_smiles",)),
    Kind("garbage", garbage, ("bad_smiles",)),
    Kind("dots", lambda s, n: "....", ("bad_smiles",)),
    Kind("reaction", lambda s, n: f"{s}>>CCO", ("bad_smiles",)),
    Kind("repeated header", lambda s, n: "smiles", ("bad_smiles",), lambda f: csv_line([*HEADER])),
    Kind("wildcard", lambda s, n: f"*CC.{s}", ("polymer_or_query",)),
    Kind("R group", lambda s, n: f"[*:1]CC.{s}", ("polymer_or_query",)),
    Kind("query bond", lambda s, n: f"C~{s}", ("polymer_or_query", "bad_smiles")),
    Kind("organometallic", lambda s, n: "C[Hg]C", ("metal",)),
    Kind("no carbon", lambda s, n: "OS(=O)(=O)O", ("no_carbon",)),
    Kind("too many atoms", lambda s, n: "C" * 2_100, ("too_large",)),
    Kind("60,000 characters", lambda s, n: "C(C)" * 15_000, ("too_large",)),
    Kind(
        "unclosed quote",
        lambda s, n: s,
        ("bad_record",),
        lambda f: f'{f[0]},"{f[1]},{f[2]},{f[3]}\n',
    ),
    Kind("too many fields", lambda s, n: s, ("bad_record",), lambda f: csv_line([*f, "x", "y"])),
    Kind("InChI", inchi),
    Kind("CXSMILES", lambda s, n: f"{s} |$first$|"),
    Kind("spaces around", lambda s, n: f"  {s}  "),
    Kind("hydrochloride", lambda s, n: f"{s}.Cl"),
    Kind("mixture", lambda s, n: f"{s}.CCCCc1ccccc1"),
    Kind("isotopes", lambda s, n: f"[13CH3]{s}" if s[0] == "C" else f"{s}.[2H]O[2H]"),
    Kind("script as name", lambda s, n: s, (), renamed("<script>alert(1)</script>")),
    Kind("formula as name", lambda s, n: s, (), renamed("=1+1")),
    Kind("name over two lines", lambda s, n: s, (), renamed('a "quoted"\nname, with comma')),
    Kind("fields missing", lambda s, n: s, (), lambda f: csv_line(f[:2])),
)


def reference() -> list[tuple[str, Chem.Mol]]:
    """Organism and molecule of the bundled library."""
    with REFERENCE.open(newline="", encoding="utf-8") as stream:
        return [
            (row["organism"], Chem.MolFromSmiles(row["smiles"])) for row in csv.DictReader(stream)
        ]


def analogue(molecule: Chem.Mol, rng: random.Random) -> str | None:
    """A molecule with one to four of its hydrogens replaced, or None if RDKit refuses it."""
    changed = Chem.RWMol(molecule)
    places = [a.GetIdx() for a in molecule.GetAtoms() if a.GetTotalNumHs() and not a.GetIsotope()]
    for place in rng.sample(places, min(len(places), rng.randint(1, 4))):
        first = changed.GetNumAtoms()
        changed.InsertMol(Chem.MolFromSmiles(rng.choice(GROUPS)))
        atom = changed.GetAtomWithIdx(place)
        if atom.GetNoImplicit() or atom.GetNumExplicitHs():
            atom.SetNumExplicitHs(max(0, atom.GetNumExplicitHs() - 1))
        changed.AddBond(place, first, Chem.BondType.SINGLE)
    if Chem.SanitizeMol(changed, catchErrors=True):
        return None
    smiles = str(Chem.MolToSmiles(changed))
    return smiles if Chem.MolFromSmiles(smiles) is not None else None


def good_structures(rng: random.Random) -> Iterator[tuple[str, str]]:
    """Organism and SMILES of ever new analogues."""
    originals = reference()
    seen: set[str] = set()
    while True:
        organism, molecule = rng.choice(originals)
        smiles = analogue(molecule, rng)
        if smiles is not None and smiles not in seen:
            seen.add(smiles)
            yield organism, smiles


def write_library(output: Path, n_records: int, seed: int) -> Path:
    """Write the library and its expected outcomes; returns the path of the latter."""
    rng = random.Random(seed)
    n_junk = round(n_records * JUNK_SHARE)
    junk = dict(
        zip(
            rng.sample(range(1, n_records + 1), n_junk),
            (KINDS[place % len(KINDS)] for place in range(n_junk)),
            strict=True,
        )
    )
    expected = output.with_name(output.name + ".expected.csv")
    good = good_structures(rng)
    with (
        rdBase.BlockLogs(),
        output.open("w", encoding="utf-8", newline="") as library,
        expected.open("w", encoding="utf-8", newline="") as outcomes,
    ):
        library.write(csv_line([*HEADER]))
        outcomes.write(csv_line(["record_number", "kind", "outcome", "codes"]))
        for number in range(1, n_records + 1):
            organism, smiles = next(good)
            kind = junk.get(number)
            fields = [f"analogue {number}", smiles, organism, f"10.1000/{number}"]
            if kind is None:
                library.write(csv_line(fields))
                outcomes.write(csv_line([str(number), "good", COMPOUND, ""]))
                continue
            fields[1] = kind.structure(smiles, number)
            library.write((kind.line or csv_line)(fields))
            outcome = "reject" if kind.codes else COMPOUND
            outcomes.write(csv_line([str(number), kind.name, outcome, "|".join(kind.codes)]))
    return expected


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    expected = write_library(options.output, options.records, options.seed)
    print(f"{options.output}: {options.records:,} records; what must become of them: {expected}")


if __name__ == "__main__":
    main()
