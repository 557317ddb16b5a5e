"""The tables in which the stages meet: their columns, units and keys, declared once.

Every table is a folder of Parquet partitions (`name.parquet/part-00000.parquet`). The schema, with
units and descriptions, travels inside each file as Arrow metadata. Tables marked ``open`` take
further columns (descriptors, endpoints), each of which must carry its own unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

STRINGS = pa.list_(pa.string())


@dataclass(frozen=True)
class Column:
    """One column: its Arrow type, unit ("1" for a bare number, "" for text) and meaning."""

    name: str
    type: pa.DataType
    description: str
    unit: str = ""
    nullable: bool = True

    def field(self) -> pa.Field:
        """The Arrow field, unit and description in its metadata."""
        metadata = {"unit": self.unit, "description": self.description}
        return pa.field(self.name, self.type, nullable=self.nullable, metadata=metadata)


@dataclass(frozen=True)
class TableSchema:
    """A table's name, columns and key (the columns that identify a row)."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    open: bool = False

    def arrow(self, further: Sequence[Column] = ()) -> pa.Schema:
        """The Arrow schema; `further` columns are allowed for open tables only.

        Raises
        ------
        ValueError : if further columns are given for a closed table.
        """
        if further and not self.open:
            raise ValueError(f"table {self.name} takes no further columns")
        return pa.schema([column.field() for column in (*self.columns, *further)])


def _text(name: str, description: str, *, nullable: bool = True) -> Column:
    return Column(name, pa.string(), description, nullable=nullable)


# Where a record came from and what its source says of it; carried unchanged up to the ranking.
_ORIGIN = (
    _text(
        "compound_id", "stable id: the source's own, or library and record number", nullable=False
    ),
    _text("library", "name of the library", nullable=False),
    _text("source_file", "file name of the source", nullable=False),
    Column("record_number", pa.int64(), "record in the source, from 1", "1", nullable=False),
    _text("raw", "the record's text as read", nullable=False),
)
_PROVENANCE = (
    _text("name", "compound name in the source"),
    Column("synonyms", STRINGS, "its other names", nullable=False),
    Column("organisms", STRINGS, "source organisms", nullable=False),
    _text("phylum", "phylum, kingdom or taxonomy of the organism, as the source gives it"),
    _text("known_for", "activity or use that the source states"),
    _text("status", "development status that the source states"),
    Column("references", STRINGS, "literature references", nullable=False),
    Column("dois", STRINGS, "their DOIs, lower case, without prefix", nullable=False),
    _text("licence", "licence of the source"),
    _text("stated_inchikey", "InChIKey that the source states"),
    _text("stated_formula", "molecular formula that the source states"),
    _text("extra", "the source's further columns as a JSON object"),
)

RECORDS = TableSchema(
    "records",
    (
        *_ORIGIN,
        _text("structure", "structure as read: SMILES, InChI or molblock", nullable=False),
        _text("notation", "how it is written: smiles, inchi or molblock", nullable=False),
        Column(
            "alternatives",
            STRINGS,
            "`notation:text` of the record's other structure columns, in order of preference",
            nullable=False,
        ),
        *_PROVENANCE,
    ),
    key=("compound_id",),
)

COMPOUNDS = TableSchema(
    "compounds",
    (
        *_ORIGIN,
        _text("input_smiles", "structure as read, as SMILES", nullable=False),
        _text("structure_id", "InChIKey of the standardised parent", nullable=False),
        Column("removed_fragments", STRINGS, "SMILES of the counter-ions and solvents removed"),
        Column("removed_names", STRINGS, "their names, or formulas where they have none"),
        Column("changes", STRINGS, "what standardisation changed"),
        Column("conflicts", STRINGS, "facts of the record that contradict each other"),
        *_PROVENANCE,
    ),
    key=("compound_id",),
)

STRUCTURES = TableSchema(
    "structures",
    (
        _text("structure_id", "InChIKey of the standardised parent", nullable=False),
        _text("flat_key", "first block of the InChIKey: the stereo family", nullable=False),
        _text("smiles", "canonical isomeric SMILES of the parent", nullable=False),
        _text("stereo", "state of the stereo elements: defined, partial, undefined, none"),
        Column(
            "n_compounds", pa.int64(), "compounds that share the structure", "1", nullable=False
        ),
    ),
    key=("structure_id",),
)

REJECTS = TableSchema(
    "rejects",
    (
        _text("library", "name of the library", nullable=False),
        _text("source_file", "file name of the source", nullable=False),
        Column("record_number", pa.int64(), "record in the source, from 1", "1", nullable=False),
        _text("compound_id", "id of the record where it got one"),
        _text("name", "compound name where the record has one"),
        _text("raw", "the record's text as read", nullable=False),
        _text("structure", "structure as read where the record has one"),
        _text("stage", "stage that rejected it", nullable=False),
        _text("code", "stable reason code, see core.rejects", nullable=False),
        _text("detail", "what exactly was wrong", nullable=False),
        _text("fix", "what to do about it", nullable=False),
    ),
    key=("library", "source_file", "record_number"),
)

# A structure lost after standardisation; the ledger turns it into rejects of its compounds.
LOST_STRUCTURES = TableSchema(
    "lost_structures",
    (
        _text("structure_id", "InChIKey of the standardised parent", nullable=False),
        _text("stage", "stage that lost it", nullable=False),
        _text("code", "stable reason code, see core.rejects", nullable=False),
        _text("detail", "what exactly was wrong", nullable=False),
    ),
    key=("structure_id",),
)

_STRUCTURE_KEY = _text("structure_id", "InChIKey of the standardised parent", nullable=False)

EVIDENCE = TableSchema(
    "evidence",
    (
        _text("compound_id", "compound, as in the table of compounds", nullable=False),
        _STRUCTURE_KEY,
        _text("marine", "marine, marine and other, not marine, or unknown", nullable=False),
        Column("aphia_ids", pa.list_(pa.int64()), "AphiaIDs of the taxa matched", nullable=False),
        Column("taxa", STRINGS, "what each organism was matched to, in words", nullable=False),
        _text("phylum", "phylum from the source, else from the table of taxa"),
    ),
    key=("compound_id",),
)

FAMILIES = TableSchema(
    "families",
    (
        _STRUCTURE_KEY,
        _text("flat_key", "first block of the InChIKey: the stereo family", nullable=False),
        Column("stereo_family", STRINGS, "the library's other stereoisomers", nullable=False),
        _text("scaffold", "Murcko scaffold as SMILES; empty without a ring", nullable=False),
        Column("n_scaffold", pa.int64(), "structures of the library with it", "1", nullable=False),
        Column("quarantine", STRINGS, "why it may be no natural product", nullable=False),
        Column("conflicts", STRINGS, "facts of its compounds that disagree", nullable=False),
    ),
    key=("structure_id",),
)

DESCRIPTORS = TableSchema("descriptors", (_STRUCTURE_KEY,), key=("structure_id",), open=True)
PREDICTIONS = TableSchema("predictions", (_STRUCTURE_KEY,), key=("structure_id",), open=True)

KNOWN = TableSchema(
    "known",
    (
        _STRUCTURE_KEY,
        _text("tier", "known, analogue or novel", nullable=False),
        Column("known_as", STRINGS, "what it is known as, stereoisomers included", nullable=False),
        _text("nearest_drug", "the likest approved drug or marine reference compound"),
        _text("nearest_drug_smiles", "its parent SMILES"),
        Column("nearest_drug_similarity", pa.float64(), "Tanimoto, Morgan counts radius 2", "1"),
        _text("nearest_active", "first InChIKey block of the likest training active"),
        _text("nearest_active_endpoints", "endpoints in which it is active, comma-separated"),
        Column("nearest_active_similarity", pa.float64(), "Tanimoto, Morgan counts radius 2", "1"),
        Column("drugs_of_scaffold", STRINGS, "approved drugs with its scaffold", nullable=False),
    ),
    key=("structure_id",),
)

RANKING = TableSchema(
    "ranking",
    (
        Column("rank", pa.int64(), "1 is the best candidate", "1", nullable=False),
        _STRUCTURE_KEY,
        _text("smiles", "canonical isomeric SMILES of the parent", nullable=False),
        _text("name", "first name of its compounds, or compound id", nullable=False),
        Column("compound_ids", STRINGS, "all compounds with this structure", nullable=False),
        Column("names", STRINGS, "all their names", nullable=False),
        Column("synonyms", STRINGS, "all their other names", nullable=False),
        Column("organisms", STRINGS, "all their source organisms", nullable=False),
        Column("phyla", STRINGS, "all their phyla", nullable=False),
        Column("known_for", STRINGS, "what their sources state", nullable=False),
        Column("statuses", STRINGS, "their development states", nullable=False),
        Column("references", STRINGS, "all their references", nullable=False),
        Column("dois", STRINGS, "all their DOIs", nullable=False),
        Column("sources", STRINGS, "files they come from", nullable=False),
        Column("licences", STRINGS, "licences of their sources", nullable=False),
        _text("marine", "marine, marine and other, not marine, or unknown", nullable=False),
        Column("aphia_ids", pa.list_(pa.int64()), "AphiaIDs of their organisms", nullable=False),
        Column("quarantine", STRINGS, "why it may be no natural product", nullable=False),
        Column("conflicts", STRINGS, "facts that contradict each other", nullable=False),
        _text("scaffold", "Murcko scaffold as SMILES; empty without a ring", nullable=False),
        Column(
            "n_stereo_family", pa.int64(), "other stereoisomers in the library", "1", nullable=False
        ),
        _text(
            "tier",
            "known, analogue or novel, against drugs, marine reference and training actives",
            nullable=False,
        ),
        Column("known_as", STRINGS, "what it is known as, stereoisomers included", nullable=False),
        _text("nearest_drug", "the likest approved drug or marine reference compound"),
        Column("nearest_drug_similarity", pa.float64(), "Tanimoto, Morgan counts radius 2", "1"),
        _text("nearest_active", "first InChIKey block of the likest training active"),
        Column("nearest_active_similarity", pa.float64(), "Tanimoto, Morgan counts radius 2", "1"),
        Column("drugs_of_scaffold", STRINGS, "approved drugs with its scaffold", nullable=False),
        Column(
            "score", pa.float64(), "desirability, cautious: 0 worst, 1 best", "1", nullable=False
        ),
        Column("score_mean", pa.float64(), "desirability without caution", "1", nullable=False),
        Column("domain_share", pa.float64(), "objective weight inside the models' domain", "1"),
        Column(
            "pareto",
            pa.bool_(),
            "no other is as good in every aim and better in one",
            nullable=False,
        ),
        Column(
            "top_share", pa.float64(), "share of draws from the uncertainty in the pick's size", "1"
        ),
        _text("decision", "advance, hold or reject: the lead's, from an earlier screen"),
        _text("decision_note", "the lead's note with it"),
        Column("assayed", STRINGS, "what the bench measured of it, in words", nullable=False),
        Column("flags", STRINGS, "hard limits broken and warnings", nullable=False),
        _text("why", "the largest contributions, in words", nullable=False),
        _text("contributions", "JSON: each objective with value, desirability, share, domain"),
    ),
    key=("structure_id",),
    open=True,
)

EXPLANATIONS = TableSchema(
    "explanations",
    (
        _STRUCTURE_KEY,
        _text("wish", "objective, or group of objectives, that is explained", nullable=False),
        Column("endpoints", STRINGS, "its endpoints, whose mean is meant", nullable=False),
        _text("scale", "unit of the contributions, in words", nullable=False),
        Column(
            "contributions",
            pa.list_(pa.float64()),
            "what each atom adds, in the order of the ranking's SMILES",
            nullable=False,
        ),
    ),
    key=("structure_id",),
)

PICK = TableSchema(
    "pick",
    (
        Column(
            "pick_number", pa.int64(), "order in which it was chosen, from 1", "1", nullable=False
        ),
        _text("well", "its well on the assay plate", nullable=False),
        _STRUCTURE_KEY,
        _text("compound_id", "first of its compounds", nullable=False),
        _text("name", "first name of its compounds, or compound id", nullable=False),
        _text("smiles", "canonical isomeric SMILES of the parent", nullable=False),
        Column("organisms", STRINGS, "all their source organisms", nullable=False),
        Column("rank", pa.int64(), "in the ranking", "1", nullable=False),
        Column("score", pa.float64(), "cautious", "1", nullable=False),
        Column("score_mean", pa.float64(), "at face value", "1", nullable=False),
        _text(
            "chosen_for",
            "exploit (its score) or explore (what its uncertainty may hide)",
            nullable=False,
        ),
        _text("reason", "why it was chosen, in words", nullable=False),
        _text("tier", "known, analogue or novel", nullable=False),
        _text("scaffold", "Murcko scaffold as SMILES; empty without a ring", nullable=False),
    ),
    key=("structure_id",),
)

DECISIONS = TableSchema(
    "decisions",
    (
        _STRUCTURE_KEY,
        _text("name", "as the screen called it", nullable=False),
        _text("decision", "advance, hold or reject", nullable=False),
        _text("note", "the lead's words", nullable=False),
        _text("decided_by", "who, where the lead stated it", nullable=False),
        _text("seen_at", "when the decision was first read (UTC, ISO 8601)", nullable=False),
        _text("library", "library of the screen", nullable=False),
        _text("run_id", "MLflow run on which it stands", nullable=False),
    ),
    key=("structure_id",),
)

ASSAYS = TableSchema(
    "assays",
    (
        _text("measurement_id", "digest of what was measured, to import it once", nullable=False),
        _STRUCTURE_KEY,
        _text("smiles", "its SMILES; null where only the InChIKey was stated"),
        Column("weight_da", pa.float64(), "its average molecular weight, for units by mass", "Da"),
        _text("compound_id", "compound as the bench names it"),
        _text("endpoint", "what was measured", nullable=False),
        _text("relation", "= measured, < or > censored", nullable=False),
        Column("value", pa.float64(), "number as the bench states it, in `unit`", nullable=False),
        _text("unit", "M, mM, µM, nM, pM, µg/mL, mg/L or %", nullable=False),
        _text("assay_id", "assay or replicate, where the bench names it"),
        _text("date", "day of the assay, ISO 8601"),
        _text("note", "the bench's words"),
        _text("source_file", "file name of the results", nullable=False),
        Column("source_line", pa.int64(), "line in it, the header is 1", "1", nullable=False),
    ),
    key=("measurement_id",),
)

# What is kept of a ranking for the comparison with the next one.
SNAPSHOT = TableSchema(
    "snapshot",
    (
        _STRUCTURE_KEY,
        _text("name", "first name of its compounds, or compound id", nullable=False),
        Column("rank", pa.int64(), "1 is the best candidate", "1", nullable=False),
        Column("score", pa.float64(), "cautious", "1", nullable=False),
        _text("contributions", "JSON: each objective with value, desirability, share, domain"),
    ),
    key=("structure_id",),
)

CHANGES = TableSchema(
    "changes",
    (
        _STRUCTURE_KEY,
        _text("name", "first name of its compounds, or compound id", nullable=False),
        _text("change", "entered, left, up, down or same", nullable=False),
        Column("rank", pa.int64(), "now", "1"),
        Column("previous_rank", pa.int64(), "in the screen before", "1"),
        Column("score", pa.float64(), "now", "1"),
        Column("previous_score", pa.float64(), "in the screen before", "1"),
        Column("causes", STRINGS, "library, model, settings, code: what moved it", nullable=False),
        _text("reason", "the largest differences, in words", nullable=False),
    ),
    key=("structure_id",),
)
