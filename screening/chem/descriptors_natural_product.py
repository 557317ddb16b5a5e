"""Descriptors that tell of natural products: likeness, complexity, macrocycles, halogens, peptides.

QED, which belongs beside them, is `qed` of the set ``rdkit2d``.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pyarrow as pa
from rdkit.Chem import Mol, MolFromSmarts, rdMolDescriptors

from screening.chem.contributed_scores import np_likeness, sa_score
from screening.chem.descriptors_declared import RDKIT_VERSION, Descriptor, DescriptorSet
from screening.chem.scaffold import murcko_scaffold
from screening.chem.source_table import read_source_table

MACROCYCLE_ATOMS = 12
_HALOGENS = {"n_chlorine": 17, "n_bromine": 35, "n_iodine": 53}
_LIPINSKI = "Lipinski 1997, doi:10.1016/S0169-409X(96)00423-1"
_GRIBBLE = "Gribble 2015, doi:10.3390/md13074044"

_COLUMNS = (
    Descriptor(
        "np_likeness",
        pa.float64(),
        "1",
        "natural-product likeness, about -5 (synthetic) to 5 (natural product)",
        "Ertl 2008, doi:10.1021/ci700286x",
    ),
    Descriptor(
        "sa_score",
        pa.float64(),
        "1",
        "synthetic accessibility, 1 (easy) to 10 (hard)",
        "Ertl and Schuffenhauer 2009, doi:10.1186/1758-2946-1-8",
    ),
    Descriptor(
        "fraction_sp3",
        pa.float64(),
        "1",
        "share of carbon atoms that are sp3",
        "Lovering 2009, doi:10.1021/jm901241e",
    ),
    Descriptor(
        "macrocycle_size",
        pa.int64(),
        "1",
        f"atoms of the largest ring of {MACROCYCLE_ATOMS} or more in the smallest set of smallest "
        "rings; 0 where there is none",
        "Driggers 2008, doi:10.1038/nrd2590",
    ),
    *(Descriptor(name, pa.int64(), "1", "count of the halogen", _GRIBBLE) for name in _HALOGENS),
    Descriptor(
        "n_peptide_bonds",
        pa.int64(),
        "1",
        "amide bonds between alpha-amino acid residues",
        "IUPAC-IUB 1983, doi:10.1111/j.1432-1033.1984.tb07877.x",
    ),
    Descriptor(
        "stereocentre_density",
        pa.float64(),
        "1",
        "tetrahedral stereocentres, stated or not, per heavy atom",
        "https://www.rdkit.org/docs/source/rdkit.Chem.rdMolDescriptors.html",
    ),
    Descriptor(
        "n_lipinski_violations",
        pa.int64(),
        "1",
        "broken rules of five: mass over 500 Da, log P over 5, over 5 donors, over 10 acceptors",
        _LIPINSKI,
    ),
    Descriptor(
        "murcko_scaffold",
        pa.string(),
        "",
        "Bemis-Murcko scaffold as SMILES without stereochemistry; empty without rings",
        "Bemis and Murcko 1996, doi:10.1021/jm9602928",
    ),
)


def natural_product_set() -> DescriptorSet:
    """The set, at the version of the RDKit that computes it."""
    return DescriptorSet("natural_product", RDKIT_VERSION, _COLUMNS, natural_product)


def natural_product(molecule: Mol) -> dict[str, Any]:
    """Value of each descriptor of the set.

    Parameters
    ----------
    molecule : sanitised molecule with at least one heavy atom; it is not altered.
    """
    numbers = [atom.GetAtomicNum() for atom in molecule.GetAtoms()]
    n_stereocentres = rdMolDescriptors.CalcNumAtomStereoCenters(molecule)
    return {
        "np_likeness": np_likeness(molecule),
        "sa_score": sa_score(molecule),
        "fraction_sp3": rdMolDescriptors.CalcFractionCSP3(molecule),
        "macrocycle_size": macrocycle_size(molecule),
        **{name: numbers.count(number) for name, number in _HALOGENS.items()},
        "n_peptide_bonds": n_peptide_bonds(molecule),
        "stereocentre_density": n_stereocentres / molecule.GetNumHeavyAtoms(),
        "n_lipinski_violations": n_lipinski_violations(molecule),
        "murcko_scaffold": murcko_scaffold(molecule),
    }


def macrocycle_size(molecule: Mol) -> int:
    """Atoms of the largest ring if it has at least 12, else 0.

    Twelve after Driggers et al. 2008, doi:10.1038/nrd2590. A macrocycle that small rings bridge
    is measured along the shorter way.
    """
    largest = max((len(ring) for ring in molecule.GetRingInfo().AtomRings()), default=0)
    return largest if largest >= MACROCYCLE_ATOMS else 0


def n_peptide_bonds(molecule: Mol) -> int:
    """Bonds between the carbonyl of one alpha-amino acid and the nitrogen of another."""
    pattern, carbon, nitrogen = _peptide_bond()
    matches = molecule.GetSubstructMatches(pattern, maxMatches=100_000)
    return len({(match[carbon], match[nitrogen]) for match in matches})


def n_lipinski_violations(molecule: Mol) -> int:
    """How many of the four rules of Lipinski et al. 1997 are broken."""
    return sum(
        (
            rdMolDescriptors._CalcMolWt(molecule) > 500,
            rdMolDescriptors.CalcCrippenDescriptors(molecule)[0] > 5,
            rdMolDescriptors.CalcNumLipinskiHBD(molecule) > 5,
            rdMolDescriptors.CalcNumLipinskiHBA(molecule) > 10,
        )
    )


@cache
def _peptide_bond() -> tuple[Mol, int, int]:
    """The pattern, and the places of its mapped carbon (1) and nitrogen (2)."""
    rows = {row["name"]: row for row in read_source_table("natural_product_groups.tsv")}
    pattern = MolFromSmarts(rows["peptide_bond"]["smarts"])
    place = {atom.GetAtomMapNum(): atom.GetIdx() for atom in pattern.GetAtoms()}
    return pattern, place[1], place[2]
