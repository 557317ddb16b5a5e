"""What RDKit tells of each structure: its scaffold and groups; computed in worker processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from screening.chem.problem import Problem
from screening.core.parallel import Lost, chunked, map_chunks
from screening.core.partitions import PartitionWriter, count_rows, read_partitions
from screening.core.progress import ProgressBar
from screening.core.tables import STRINGS, STRUCTURES
from screening.core.watchdog import Limits, guard
from screening.curate.approved_drugs import ApprovedDrugs

if TYPE_CHECKING:
    from distributed import Client

# Structures a task: some two seconds of work.
_CHUNK = 1_000

# One row a structure, in the order in which workers finish.
EXAMINED = pa.schema(
    [
        pa.field("position", pa.int64(), nullable=False),
        pa.field("structure_id", pa.string(), nullable=False),
        pa.field("flat_key", pa.string(), nullable=False),
        pa.field("scaffold", pa.string(), nullable=False),
        pa.field("quarantine", STRINGS, nullable=False),
    ]
)

Item = dict[str, Any]


def write_examined(
    client: Client, structures: Path, output: Path, drugs: ApprovedDrugs, limits: Limits
) -> int:
    """Examine every structure and write `EXAMINED`.

    A structure that kills its worker keeps its row, with an empty scaffold, and says so.

    Parameters
    ----------
    client : Dask client whose workers do the chemistry.
    structures : table STRUCTURES.
    output : table to write.
    drugs : approved drugs.
    limits : time and memory that one structure may take.

    Returns
    -------
    Structures that could not be examined.
    """
    n_lost = 0
    progress = ProgressBar("curate", count_rows(structures), "structures")
    function = partial(examine_chunk, limits=limits)
    chunks = chunked(_items(structures), _CHUNK)
    with PartitionWriter(output, EXAMINED) as writer:
        for chunk, result in map_chunks(client, function, chunks, limits):
            if isinstance(result, Lost):
                n_lost += 1
                findings = [_not_examined(result.detail)]
            else:
                findings = result
            writer.write_rows(
                [_row(item, finding, drugs) for item, finding in zip(chunk, findings, strict=True)]
            )
            progress.add(len(chunk))
    return n_lost


def examine_chunk(items: Sequence[Item], limits: Limits) -> list[tuple[str, list[str]]]:
    """Scaffold and reasons for quarantine of each structure; runs in a worker process."""
    examine("CCO")  # loads code and tables, which is no structure's fault
    findings = []
    for item in items:
        with guard(limits):
            findings.append(examine(item["smiles"]))
    return findings


def examine(smiles: str) -> tuple[str, list[str]]:
    """The scaffold of one structure, and the groups in it that speak against a natural product."""
    from screening.chem.parse import parse_smiles
    from screening.chem.scaffold import murcko_scaffold
    from screening.curate.synthetic_groups import synthetic_reasons

    molecule = parse_smiles(smiles)
    if isinstance(molecule, Problem):
        return _not_examined(molecule.detail)
    # RDKit takes seconds to find that a very long chain has no scaffold.
    has_ring = molecule.GetRingInfo().NumRings() > 0
    return murcko_scaffold(molecule) if has_ring else "", synthetic_reasons(molecule)


def _not_examined(why: str) -> tuple[str, list[str]]:
    return "", [f"not examined for scaffold and synthetic groups: {why}"]


def _items(structures: Path) -> Iterator[Item]:
    position = 0
    for table in read_partitions(
        structures, STRUCTURES, ["structure_id", "flat_key", "smiles", "stereo"]
    ):
        for row in table.to_pylist():
            yield {**row, "position": position}
            position += 1


def _row(item: Item, finding: tuple[str, list[str]], drugs: ApprovedDrugs) -> dict[str, Any]:
    scaffold, reasons = finding
    drug = drugs.reason(item["structure_id"], item["stereo"])
    return {
        "position": item["position"],
        "structure_id": item["structure_id"],
        "flat_key": item["flat_key"],
        "scaffold": scaffold,
        "quarantine": [drug, *reasons] if drug else reasons,
    }
