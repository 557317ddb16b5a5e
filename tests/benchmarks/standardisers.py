"""Our standardiser, RDKit's MolStandardize and the ChEMBL structure pipeline on marine libraries.

    python tests/benchmarks/standardisers.py --mirror FOLDER [--sample N] [--tautomers N]

Prints, in one run: milliseconds of CPU a structure, from SMILES to canonical SMILES and InChIKey;
the share of structures on which two of them agree, by InChIKey and by its first block; and the
kinds of disagreement with examples by id. With --tautomers, what RDKit's canonical tautomers cost
and which structures they would merge beyond the InChIKey.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import combinations

from chembl_structure_pipeline import standardizer
from marine_libraries import LIBRARIES, mirror_parser, structures
from rdkit import Chem, RDLogger
from rdkit.Chem.MolStandardize import rdMolStandardize

from screening.chem.standardise import Parent, standardise

Rows = list[tuple[str, str]]
_EXAMPLES = 3


def ours(smiles: str) -> tuple[str, str]:
    parent = standardise(smiles)
    return (parent.smiles, parent.inchikey) if isinstance(parent, Parent) else ("", parent.code)


def chembl(smiles: str) -> tuple[str, str]:
    molecule = Chem.MolFromSmiles(smiles)
    if molecule is None:
        return "", "unreadable"
    parent, exclude = standardizer.get_parent_mol(standardizer.standardize_mol(molecule))
    return ("", "excluded") if exclude else _written(parent)


def rdkit(smiles: str) -> tuple[str, str]:
    molecule = Chem.MolFromSmiles(smiles)
    if molecule is None:
        return "", "unreadable"
    clean = rdMolStandardize.FragmentParent(rdMolStandardize.Cleanup(molecule))
    return _written(rdMolStandardize.Uncharger().uncharge(clean))


def rdkit_reionized(smiles: str) -> tuple[str, str]:
    molecule = Chem.MolFromSmiles(smiles)
    if molecule is None:
        return "", "unreadable"
    clean = rdMolStandardize.FragmentParent(rdMolStandardize.Cleanup(molecule))
    return _written(rdMolStandardize.Reionize(clean))


def _written(molecule: Chem.Mol) -> tuple[str, str]:
    return Chem.MolToSmiles(molecule), Chem.MolToInchiKey(molecule)


STANDARDISERS: dict[str, Callable[[str], tuple[str, str]]] = {
    "ours": ours,
    "chembl": chembl,
    "rdkit": rdkit,
    "rdkit reionized": rdkit_reionized,
}


def kind(first: tuple[str, str], second: tuple[str, str]) -> str:
    """In what two outcomes differ, by their InChIKeys and SMILES."""
    (one, key), (other, other_key) = first, second
    if not one or not other:
        return f"one refuses ({key if not one else other_key})"
    if key[:14] != other_key[:14]:
        if ("." in one) != ("." in other):
            return "number of fragments"
        a, b = Chem.MolFromSmiles(one), Chem.MolFromSmiles(other)
        if a.GetNumHeavyAtoms() != b.GetNumHeavyAtoms():
            return "another fragment"
        return "charge or hydrogens" if _charges(a) != _charges(b) else "bonds or hydrogens"
    if key[-1] != other_key[-1]:
        return "protonation"
    return "stereochemistry"


def _charges(molecule: Chem.Mol) -> list[int]:
    return sorted(atom.GetFormalCharge() for atom in molecule.GetAtoms())


def compare(library: str, rows: Rows) -> None:
    """Run all standardisers over one library and print where they agree."""
    results: dict[str, list[tuple[str, str]]] = {}
    for name, function in STANDARDISERS.items():
        started = time.process_time()
        results[name] = [_safely(function, smiles) for _, smiles in rows]
        milliseconds = (time.process_time() - started) / len(rows) * 1e3
        print(f"{library}: {name:16} {milliseconds:.2f} ms CPU a structure", flush=True)
    for one, other in combinations(STANDARDISERS, 2):
        pairs = list(zip(rows, results[one], results[other], strict=True))
        same = sum(a[1] == b[1] or (not a[0] and not b[0]) for _, a, b in pairs)
        flat = sum(a[1][:14] == b[1][:14] or (not a[0] and not b[0]) for _, a, b in pairs)
        print(
            f"{library}: {one} and {other} agree on {same:,} of {len(rows):,} by InChIKey, ", end=""
        )
        print(f"on {flat:,} by its first block ({100 * flat / len(rows):.2f} %)")
        if one == "ours":
            _print_kinds(pairs)


def _print_kinds(pairs: list[tuple[tuple[str, str], tuple[str, str], tuple[str, str]]]) -> None:
    examples: dict[str, list[str]] = defaultdict(list)
    for (identifier, _), first, second in pairs:
        if first[1] != second[1] and (first[0] or second[0]):
            examples[kind(first, second)].append(identifier)
    for name, identifiers in sorted(examples.items(), key=lambda item: -len(item[1])):
        print(f"    {name}: {len(identifiers):,}, such as {', '.join(identifiers[:_EXAMPLES])}")


def _safely(function: Callable[[str], tuple[str, str]], smiles: str) -> tuple[str, str]:
    """RDKit's standardisers raise where ours names a problem."""
    try:
        return function(smiles)
    except (ValueError, RuntimeError) as error:
        return "", type(error).__name__


def tautomers(library: str, rows: Rows) -> None:
    """Cost of canonical tautomers, and the pairs of InChIKeys that they would make one."""
    enumerator = rdMolStandardize.TautomerEnumerator()
    parents = {p.inchikey: p.smiles for _, s in rows if isinstance(p := standardise(s), Parent)}
    merged: dict[str, list[str]] = defaultdict(list)
    lost_stereo = stopped = 0
    slowest = 0.0
    started = time.process_time()
    for key, smiles in parents.items():
        begun = time.process_time()
        molecule = Chem.MolFromSmiles(smiles)
        found = enumerator.Enumerate(molecule)
        stopped += found.status != rdMolStandardize.TautomerEnumeratorStatus.Completed
        canonical = Chem.MolToSmiles(enumerator.PickCanonical(found))
        merged[canonical].append(key)
        lost_stereo += canonical.count("@") < smiles.count("@")
        slowest = max(slowest, time.process_time() - begun)
    milliseconds = (time.process_time() - started) / len(parents) * 1e3
    groups = [keys for keys in merged.values() if len(keys) > 1]
    kinds = Counter("stereoisomers" if len({k[:14] for k in g}) == 1 else "others" for g in groups)
    print(
        f"{library}: canonical tautomers of {len(parents):,} structures: {milliseconds:.1f} ms CPU "
        f"a structure, slowest {slowest:.1f} s, {stopped:,} enumerations stopped at a limit, "
        f"{lost_stereo:,} lose a stereocentre; merges: {dict(kinds)}"
    )
    for keys in groups[:_EXAMPLES]:
        print(f"    {', '.join(keys)}")


def main() -> None:
    parser = mirror_parser(__doc__ or "")
    parser.add_argument("--tautomers", type=int, default=0, help="structures a library to try")
    options = parser.parse_args()
    RDLogger.DisableLog("rdApp.*")  # type: ignore[attr-defined]
    for library in LIBRARIES:
        compare(library, structures(options.mirror, library, options.sample))
        if options.tautomers:
            tautomers(library, structures(options.mirror, library, options.tautomers))


if __name__ == "__main__":
    main()
