"""The tables of small screens that results are looked up in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from screening.core.partitions import PartitionWriter
from screening.core.tables import COMPOUNDS, STRUCTURES


class Known(NamedTuple):
    key: str
    smiles: str


ASPIRIN = Known("BSYNRYMUTXBXSQ-UHFFFAOYSA-N", "CC(=O)Oc1ccccc1C(=O)O")
CAFFEINE = Known("RYYVLZVUVIJVGH-UHFFFAOYSA-N", "Cn1c(=O)c2c(ncn2C)n(C)c1=O")
ETHANOL = Known("LFQSCWFLJHTTHZ-UHFFFAOYSA-N", "CCO")


def write_screen(output: Path, library: str, compounds: Mapping[str, Known]) -> Path:
    """Compounds and structures of one screened library; returns the output."""
    lists = {column.name: [] for column in COMPOUNDS.columns if str(column.type)[:4] == "list"}
    rows = [
        {
            **lists,
            "compound_id": name,
            "library": library,
            "source_file": f"{library}.csv",
            "record_number": number,
            "raw": "",
            "input_smiles": one.smiles,
            "structure_id": one.key,
        }
        for number, (name, one) in enumerate(compounds.items(), 1)
    ]
    structures = [
        {"structure_id": key, "flat_key": key[:14], "smiles": smiles, "n_compounds": 1}
        for key, smiles in sorted(set(compounds.values()))
    ]
    with PartitionWriter(output / library / "compounds.parquet", COMPOUNDS.arrow()) as writer:
        writer.write_rows(rows)
    with PartitionWriter(output / library / "structures.parquet", STRUCTURES.arrow()) as writer:
        writer.write_rows(structures)
    return output
