from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from screening.chem.problem import Problem
from screening.chem.standardise import standardise
from screening.core.compute import Compute
from screening.core.config import CurateSettings
from screening.core.partitions import PartitionWriter, read_table
from screening.core.tables import COMPOUNDS, EVIDENCE, FAMILIES, STRUCTURES
from screening.curate.library import curate_library

# compound, SMILES and what its source states
LIBRARY: list[tuple[str, str, dict[str, Any]]] = [
    (
        "c1",
        "C[C@H](N)C(=O)O",
        {
            "name": "Alanine",
            "organisms": ["Salinispora tropica CNB-392"],
            "phylum": "Actinomycetota",
        },
    ),
    ("c2", "C[C@@H](N)C(=O)O", {"name": "D-alanine", "organisms": ["Microcystis aeruginosa"]}),
    ("c3", "C[C@H](N)C(=O)O", {"name": "alanine", "organisms": [], "phylum": "Porifera"}),
    ("c4", "Nc1ccn([C@@H]2O[C@H](CO)[C@@H](O)[C@@H]2O)c(=O)n1", {"name": "cytarabine"}),
    ("c5", "O=C(OCC)c1ccc(Br)cc1", {"name": " alanine ", "status": "tool"}),
    ("c6", "c1ccccc1CCO", {"name": "unknown", "organisms": ["Lyngbya bouillonii"]}),
    ("c7", "CCO", {"name": "unknown", "organisms": ["no such being"]}),
]
ALANINE, D_ALANINE = "QNAYBMKLOCPYGJ-REOHCLBHSA-N", "QNAYBMKLOCPYGJ-UWTATZPHSA-N"
TAXA = """\
AphiaID,name,environment,phylum
396284,Salinispora tropica,Marine,Actinomycetota
613012,Lyngbya bouillonii,Marine,Cyanobacteria
146558,Microcystis aeruginosa,Freshwater,Cyanobacteria
"""


def write_library(folder: Path, library: list[tuple[str, str, dict[str, Any]]]) -> None:
    structures: dict[str, dict[str, Any]] = {}
    rows = []
    for number, (compound_id, smiles, stated) in enumerate(library, 1):
        parent = standardise(smiles)
        assert not isinstance(parent, Problem)
        row = structures.setdefault(
            parent.inchikey,
            {
                "structure_id": parent.inchikey,
                "flat_key": parent.flat_key,
                "smiles": parent.smiles,
                "stereo": parent.stereo,
                "n_compounds": 0,
            },
        )
        row["n_compounds"] += 1
        rows.append(
            {
                "compound_id": compound_id,
                "library": "lib",
                "source_file": "lib.csv",
                "record_number": number,
                "raw": "",
                "input_smiles": smiles,
                "structure_id": parent.inchikey,
                "synonyms": [],
                "organisms": [],
                "references": [],
                "dois": [],
                **stated,
            }
        )
    for name, schema, content in (
        ("compounds", COMPOUNDS, rows),
        ("structures", STRUCTURES, list(structures.values())),
    ):
        with PartitionWriter(folder / f"{name}.parquet", schema.arrow(), 3) as writer:
            writer.write_rows(content)


def curate(
    folder: Path, settings: CurateSettings, workers: Compute
) -> tuple[dict[str, int], dict[str, Any], dict[str, Any]]:
    counts = curate_library(
        folder / "compounds.parquet", folder / "structures.parquet", folder, settings, workers
    )
    evidence = read_table(folder / "evidence.parquet", EVIDENCE).to_pylist()
    families = read_table(folder / "families.parquet", FAMILIES).to_pylist()
    return (
        counts,
        {row["compound_id"]: row for row in evidence},
        {row["structure_id"]: row for row in families},
    )


@pytest.fixture(scope="module")
def curated(
    tmp_path_factory: pytest.TempPathFactory, workers: Compute
) -> tuple[dict[str, int], dict[str, Any], dict[str, Any]]:
    folder = tmp_path_factory.mktemp("o'brien [1]")
    write_library(folder, LIBRARY)
    taxa = folder / "taxa.csv"
    taxa.write_text(TAXA, encoding="utf-8")
    result = curate(folder, CurateSettings(taxa=str(taxa)), workers)
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
    return result


Curated = tuple[dict[str, int], dict[str, Any], dict[str, Any]]


def test_every_compound_and_structure_stands_once(curated: Curated) -> None:
    counts, evidence, families = curated
    assert list(evidence) == [name for name, *_ in LIBRARY]
    assert len(families) == counts["n_structures"] == 6
    assert counts["n_compounds"] == 7
    verdicts = ("n_marine", "n_marine_and_other", "n_not_marine", "n_unknown")
    assert [counts[name] for name in verdicts] == [2, 0, 1, 4]
    assert (counts["n_taxa"], counts["n_not_examined"]) == (3, 0)


def test_evidence(curated: Curated) -> None:
    _, evidence, _ = curated
    assert evidence["c1"]["marine"] == "marine"
    assert evidence["c1"]["aphia_ids"] == [396284]
    assert evidence["c2"]["marine"] == "not marine"
    assert evidence["c2"]["phylum"] == "Cyanobacteria"  # from the taxa, where the source is silent
    assert evidence["c3"]["phylum"] == "Porifera"
    assert evidence["c3"]["taxa"] == ["no organism stated"]
    assert evidence["c7"]["taxa"] == ["no such being: not in the table of taxa"]


def test_stereo_families(curated: Curated) -> None:
    _, _, families = curated
    assert families[ALANINE]["stereo_family"] == [D_ALANINE]
    assert families[D_ALANINE]["stereo_family"] == [ALANINE]
    assert sum(bool(row["stereo_family"]) for row in families.values()) == 2


def test_scaffolds(curated: Curated) -> None:
    counts, _, families = curated
    scaffolds = {row["scaffold"]: row["n_scaffold"] for row in families.values()}
    assert scaffolds[""] == 0
    assert scaffolds["c1ccccc1"] == 2
    assert counts["n_scaffolds"] == 2


def test_quarantine(curated: Curated) -> None:
    counts, _, families = curated
    told = {row["quarantine"][0] for row in families.values() if row["quarantine"]}
    assert counts["n_quarantined"] == 2
    assert told == {
        "approved drug: cytarabine (CHEMBL803, 1969)",
        "likely synthetic: 4-bromobenzoate",
    }


def test_conflicts(curated: Curated) -> None:
    counts, _, families = curated
    bromobenzoate = next(row for row in families.values() if row["conflicts"] and row["scaffold"])
    assert bromobenzoate["conflicts"] == [f'the name "alanine" is also on {ALANINE}']
    assert families[ALANINE]["conflicts"] == [
        "its compounds state different phyla: Actinomycetota; Porifera",
        f'the name "Alanine" is also on {bromobenzoate["structure_id"]}',
    ]
    assert counts["n_conflicting"] == 2  # and none for the name "unknown"


def test_a_name_on_many_structures_is_told_in_short(tmp_path: Path, workers: Compute) -> None:
    library = [(f"c{n}", "C" * n + "O", {"name": "alcohol"}) for n in range(1, 8)]
    write_library(tmp_path, library)
    _, _, families = curate(tmp_path, CurateSettings(), workers)
    for row in families.values():
        (sentence,) = row["conflicts"]
        assert sentence.endswith(" and 3 more")
        assert row["structure_id"] not in sentence


def test_without_taxa_all_is_unknown_and_said(
    tmp_path: Path, workers: Compute, capsys: pytest.CaptureFixture[str]
) -> None:
    write_library(tmp_path, LIBRARY[:1])
    counts, evidence, _ = curate(tmp_path, CurateSettings(), workers)
    assert (counts["n_unknown"], counts["n_taxa"]) == (1, 0)
    assert "screening fetch worms" in evidence["c1"]["taxa"][0]
    assert "curate.taxa" in capsys.readouterr().err


def test_a_structure_that_takes_too_long_keeps_its_row(tmp_path: Path, workers: Compute) -> None:
    write_library(tmp_path, LIBRARY[:2])
    # Rings in one long row: the scaffold takes many times the limit.
    smiles = "C1CC1" * 600
    extra = {
        "structure_id": "SLOW",
        "flat_key": "SLOW",
        "smiles": smiles,
        "stereo": "none",
        "n_compounds": 1,
    }
    rows = read_table(tmp_path / "structures.parquet", STRUCTURES).to_pylist()
    with PartitionWriter(tmp_path / "structures.parquet", STRUCTURES.arrow()) as writer:
        writer.write_rows([rows[0], extra, rows[1]])
    counts, _, families = curate(tmp_path, CurateSettings(time_limit_s=1.0), workers)
    assert list(families) == [ALANINE, "SLOW", D_ALANINE]
    assert counts["n_not_examined"] == 1
    assert families["SLOW"]["scaffold"] == ""
    assert families["SLOW"]["quarantine"][0].startswith("not examined for scaffold")
