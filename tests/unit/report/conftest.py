"""A small screened library, written with the project's own table writer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from screening.core.accounting import Cost, write_stats
from screening.core.bundle import BundleManifest, DomainLimits, EndpointSpec, write_manifest
from screening.core.partitions import PartitionWriter
from screening.core.provenance import file_digest
from screening.core.rejects import fix_for
from screening.core.tables import (
    COMPOUNDS,
    PREDICTIONS,
    RANKING,
    REJECTS,
    STRUCTURES,
    Column,
    TableSchema,
)

LONG = "N" * 10_000
# Name, organism, SMILES; real marine compounds, some under names that nobody should trust.
COMPOUNDS_IN = (
    (
        "Salinosporamide A",
        "Salinispora tropica",
        "O=C1N[C@@]2([C@@H](O)[C@@H]3CCCC=C3)C(=O)O[C@]2(C)[C@@H]1CCCl",
    ),
    (
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(2)>',
        "Nc1nccc(n1)-c1c[nH]c2cccc(O)c12",
    ),
    ("=cmd|' /C calc'!A0", "", "NC1=NC(=O)C(=C2CCNC(=O)c3[nH]c(Br)cc23)N1"),
    ("\u202egnp.exe", "Λίμνη 海绵", "Brc1ccc2c(c1)c(CCN)c[nH]2"),
    (LONG, LONG, "CC1=CCCC2C1(C)CCC(C)C2(C)Cc1cc(O)ccc1O"),
)
DOIS = ("10.1002/anie.200390115", "javascript:alert(3)", "10.1021/np9903494?<b>", "", "")
DIGEST = "d1" * 32


def contribution(**changes: Any) -> dict[str, Any]:
    usual = {
        "column": "herg",
        "label": "hERG block",
        "group": "",
        "value": 0.123456,
        "unit": "probability",
        "std": 0.0456,
        "desirability": 0.8,
        "in_domain": False,
        "domain": "edge",
        "share": 0.5,
        "effect": 0.235,
    }
    return {**usual, **changes}


def no_lists(table: TableSchema) -> dict[str, list[Any]]:
    """An empty list for each of a table's list columns."""
    return {column.name: [] for column in table.columns if pa.types.is_list(column.type)}


def ranking_row(rank: int, name: str, organism: str, smiles: str, doi: str) -> dict[str, Any]:
    parts = [
        contribution(),
        contribution(
            column="mol_weight_da",
            label="molecular weight",
            value=761.84,
            unit="Da",
            std=None,
            in_domain=None,
            effect=-0.4,
        ),
    ]
    return {
        **no_lists(RANKING),
        "rank": rank,
        "structure_id": f"STRUCTURE-{rank:05d}",
        "smiles": smiles,
        "name": name,
        "compound_ids": [f"MR{rank:05d}"],
        "names": [name],
        "organisms": [organism] if organism else [],
        "phyla": ["Porifera"],
        "known_for": ["proteasome inhibitor"],
        "statuses": ["phase 3"],
        "references": ["Angew. Chem. 2003, 42, 355"],
        "dois": [doi] if doi else [],
        "synonyms": [f"{name} (NPI-{rank})"],
        "sources": ["reef.csv"],
        "licences": ["CC BY 4.0 <i>"],
        "marine": "marine" if rank == 1 else "unknown",
        "aphia_ids": [146420] if rank == 1 else [],
        "quarantine": ["synthetic group: <b>Boc"] if rank == 3 else [],
        "conflicts": ["stated formula C2H6, the structure gives CH4"] if rank == 2 else [],
        "scaffold": "",
        "n_stereo_family": 2 if rank == 1 else 0,
        "tier": "analogue" if rank == 1 else "novel",
        "nearest_drug": "marizomib <b>" if rank == 1 else None,
        "nearest_drug_similarity": 0.61 if rank == 1 else None,
        "pareto": rank <= 2,
        "top_share": 0.9 if rank == 1 else None,
        "decision": "hold" if rank == 2 else None,
        "decision_note": "repeat <i>" if rank == 2 else None,
        "assayed": ["=HDAC1 <i> IC50: pIC50 6.20 (n=3)"] if rank == 2 else [],
        "score": 1 - rank / 1000,
        "score_mean": 1.0,
        "domain_share": 0.25,
        "flags": ["more than 500 Da"] if rank % 2 else [],
        "why": f"hERG block 0.12 (+0.24; out) {organism}",
        "contributions": json.dumps(parts),
    }


def write_table(path: Path, schema: pa.Schema, rows: Sequence[dict[str, Any]]) -> None:
    with PartitionWriter(path, schema) as writer:
        writer.write_rows(rows)


def prediction_columns() -> list[Column]:
    return [
        Column("herg", pa.float32(), "hERG block", "probability"),
        Column("herg__in_domain", pa.bool_(), "inside the domain"),
        Column("ames", pa.float32(), "Ames", "probability"),
        Column("ames__in_domain", pa.bool_(), "inside the domain"),
    ]


def predictions_schema(digest: str = DIGEST) -> pa.Schema:
    """As the predict stage writes it: each endpoint's fields name their model."""
    schema = PREDICTIONS.arrow(prediction_columns())
    for number, field in enumerate(schema):
        if field.name == "structure_id":
            continue
        origin = {
            "endpoint": field.name.partition("__")[0],
            "model": "toxicity",
            "model_version": "1.2.0",
            "model_digest": digest,
        }
        schema = schema.set(number, field.with_metadata({**field.metadata, **origin}))
    return schema


def reject(number: int, code: str = "bad_smiles", **changes: Any) -> dict[str, Any]:
    usual = {
        "library": "reef",
        "source_file": "reef.csv",
        "record_number": number,
        "name": f"=cmd{number}",
        "raw": "c1ccccc<script>alert(4)</script>" + "C" * 500,
        "stage": "standardise",
        "code": code,
        "detail": "ring 1 is not closed",
        "fix": fix_for(code),
    }
    return {**usual, **changes}


def write_screen(
    folder: Path,
    ranked: Sequence[dict[str, Any]],
    rejects: Sequence[dict[str, Any]],
) -> None:
    """All final tables of a screen whose compounds are the ranked ones."""
    structures = [
        {
            "structure_id": row["structure_id"],
            "flat_key": row["structure_id"][:14],
            "smiles": row["smiles"],
            "n_compounds": 1,
        }
        for row in ranked
    ]
    compounds = [
        {
            **no_lists(COMPOUNDS),
            "compound_id": row["compound_ids"][0],
            "library": "reef",
            "source_file": "reef.csv",
            "record_number": row["rank"],
            "raw": row["smiles"],
            "input_smiles": row["smiles"],
            "structure_id": row["structure_id"],
        }
        for row in ranked
    ]
    predictions = [
        {
            "structure_id": row["structure_id"],
            "herg": 0.1,
            "herg__in_domain": False,
            "ames": 0.2,
            "ames__in_domain": row["rank"] % 2 == 0,
        }
        for row in ranked
    ]
    write_table(folder / "ranking.parquet", RANKING.arrow(), ranked)
    write_table(folder / "structures.parquet", STRUCTURES.arrow(), structures)
    write_table(folder / "compounds.parquet", COMPOUNDS.arrow(), compounds)
    write_table(folder / "rejects.parquet", REJECTS.arrow(), rejects)
    write_table(folder / "predictions.parquet", predictions_schema(), predictions)
    (folder / "ranking.csv").write_text("rank,name\n1,Salinosporamide A\n", encoding="utf-8")
    write_stats(folder / "stages/ingest/stats.json", Cost(1.25, 210.5, 9.0), {"n_records": 8})


@pytest.fixture
def screen(tmp_path: Path) -> Path:
    """Folder of a screened library: five candidates, three rejects."""
    folder = tmp_path / "results" / "reef"
    ranked = [
        ranking_row(rank, *one, doi)
        for rank, (one, doi) in enumerate(zip(COMPOUNDS_IN, DOIS, strict=True), start=1)
    ]
    rejects = [reject(6), reject(7, "metal", stage="standardise"), reject(8)]
    write_screen(folder, ranked, rejects)
    return folder


@pytest.fixture
def bundle(screen: Path, tmp_path: Path) -> Path:
    """The bundle that made the screen's predictions; only its manifest matters to a report."""
    endpoints = [
        EndpointSpec(
            id=name,
            kind="classification",
            unit="probability",
            direction="lower is safer",
            description="<b>assay</b>",
            domain=DomainLimits(
                similarity_in=0.4,
                similarity_edge=0.3,
                distance_in=5,
                distance_edge=9,
                reason="measured",
            ),
            sources=(),
            licences=("CC BY 4.0",),
            n_train=12_345,
            n_held_out=10,
            n_test=10,
            metrics={
                "beside_forest": {"auroc": 0.871, "auprc": 0.5, "brier": None},
                "forest": {"auroc": 0.853},
            },
        )
        for name in ("herg", "ames")
    ]
    folder = tmp_path / "models" / "toxicity"
    folder.mkdir(parents=True)
    manifest = BundleManifest(
        name="toxicity",
        version="1.2.0",
        description="Toxicity of <i>small</i> molecules.",
        feature_version="1",
        architecture={},
        endpoints=tuple(endpoints),
        training={},
        versions={},
        files={},
    )
    write_manifest(folder, manifest)
    schema = predictions_schema(file_digest(folder / "bundle.json"))
    rows = pq.read_table(screen / "predictions.parquet").to_pylist()
    write_table(screen / "predictions.parquet", schema, rows)
    return folder
