"""The structures of CMNPD as the ranking is judged by them: one row a stereo family.

Models and similarity do not see stereochemistry, so stereoisomers are one case, which stands where
the best of them stands, and of which all their texts speak.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from count_similarity import counts_of, nearest
from left_out import NEAR
from numpy.typing import NDArray
from tumour_words import ACTIVE, INACTIVE, UNSTATED, verdict

from screening.core.provenance import PROJECT
from screening.estimators.domain import DomainIndex
from screening.estimators.scorer import DOMAIN_NAME
from screening.train.structures import Structure, standardise_all

DRUGS = Path(__file__).with_name("antitumour_drugs.tsv")
REFERENCE = PROJECT / "data/marine_reference.csv"
PANELS = "nci60_"
# Comparisons: who is to be found, and among whom.
COMPARISONS = {
    "drugs among unlabelled": ("drug", (UNSTATED, INACTIVE)),
    "actives among unlabelled": (ACTIVE, (UNSTATED, INACTIVE)),
    "actives among inactives": (ACTIVE, (INACTIVE,)),
}


def families(screen: Path) -> pd.DataFrame:
    """Per first InChIKey block: `smiles`, `verdict` of its texts, `ids`, `mass` in Da."""
    structures = pd.read_parquet(screen / "structures.parquet")
    masses = pd.read_parquet(screen / "descriptors.parquet", columns=["structure_id", "MolWt"])
    texts = pd.read_parquet(
        screen / "compounds.parquet", columns=["structure_id", "compound_id", "known_for"]
    )
    texts = texts.merge(structures[["structure_id", "flat_key"]]).groupby("flat_key")
    found = structures.merge(masses, how="left").groupby("flat_key")
    return pd.DataFrame(
        {
            "smiles": found["smiles"].min(),
            "mass": found["MolWt"].max(),
            "verdict": texts["known_for"].agg(lambda column: verdict(column.dropna())),
            "ids": texts["compound_id"].agg(lambda column: " ".join(sorted(column))),
        }
    )


def drugs_of_reference() -> pd.DataFrame:
    """Anti-tumour drugs and their natural parents: `name`, `kind`, `flat_key`, `smiles`."""
    with DRUGS.open(encoding="utf-8", newline="") as stream:
        chosen = list(csv.DictReader(stream, delimiter="\t"))
    with REFERENCE.open(encoding="utf-8-sig", newline="") as stream:
        smiles = {row["name"]: row["smiles"].strip() for row in csv.DictReader(stream)}
    found = standardise_all(smiles[row["name"]] for row in chosen)
    parents = [found[smiles[row["name"]]] for row in chosen]
    rows = [
        {"name": row["name"], "kind": row["kind"], "flat_key": it.flat_key, "smiles": it.smiles}
        for row, it in zip(chosen, parents, strict=True)
        if isinstance(it, Structure)
    ]
    return pd.DataFrame(rows)


def scores_of(ranking: Path, label: str) -> pd.DataFrame:
    """Per stereo family the best `score`, `score_mean` and mean of the tumour panels."""
    table = pd.read_parquet(ranking)
    panels = [name for name in table if name.startswith(PANELS) and "__" not in name]
    values = pd.DataFrame(
        {
            "flat_key": table["structure_id"].str[:14],
            f"score{label}": table["score"],
            f"score without caution{label}": table["score_mean"],
            f"tumour panels alone{label}": table[panels].mean(axis=1),
        }
    )
    return values.groupby("flat_key").max()


def training_actives(bundle: Path, endpoints: Sequence[str]) -> list[str]:
    """SMILES of what a bundle has learned to be active against a tumour panel."""
    index = DomainIndex.read(bundle / DOMAIN_NAME, len(endpoints))
    panels = [number for number, name in enumerate(endpoints) if name.startswith(PANELS)]
    active = (index.labels[:, panels] == 1).any(axis=1)
    return [index.smiles[row] for row in np.flatnonzero(active) if index.smiles[row]]


def baselines(
    table: pd.DataFrame, actives: Sequence[str], drugs: pd.DataFrame, seed: int
) -> dict[str, NDArray[np.float64]]:
    """Scores of the methods that need no model, in the table's order.

    A structure's likeness to the drugs leaves out those as near to it as the training rows that
    were left out: itself and its near duplicates.
    """
    fingerprints = counts_of(list(table["smiles"]))
    known = counts_of(list(drugs["smiles"]))
    drawn = np.random.default_rng(seed).random(len(table))
    return {
        "similarity to training actives": nearest(fingerprints, counts_of(actives)).astype(float),
        "similarity to marine drugs": nearest(fingerprints, known, below=NEAR).astype(float),
        "molecular weight": table["mass"].to_numpy(float),
        "random": drawn,
    }


def cases(table: pd.DataFrame, comparison: str) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Rows of a comparison, and which of them are to be found.

    A drug is never a decoy; nor are structures called weak or mixed anything at all.
    """
    wanted, decoys = COMPARISONS[comparison]
    active = table["is_drug"] if wanted == "drug" else table["verdict"] == wanted
    among = active | (table["verdict"].isin(decoys) & ~table["is_drug"])
    return table[among], active[among].to_numpy(bool)


def methods(table: pd.DataFrame, names: Sequence[str]) -> Mapping[str, NDArray[np.float64]]:
    """Columns of scores as arrays."""
    return {name: table[name].to_numpy(float) for name in names}
