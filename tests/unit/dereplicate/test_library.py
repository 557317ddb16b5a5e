from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from screening.chem.problem import Problem
from screening.chem.standardise import standardise
from screening.cli.dereplicate import dereplicate_command
from screening.core.approved_drugs import APPROVED_DRUGS
from screening.core.errors import BundleError, ConfigError, InputError
from screening.core.marine_reference import MARINE_REFERENCE
from screening.core.partitions import PartitionWriter, read_table
from screening.core.tables import FAMILIES, KNOWN, STRUCTURES
from screening.dereplicate.compounds import (
    approved_compounds,
    reference_compounds,
)
from screening.dereplicate.library import dereplicate_library

TRYPTAMINE = "CN(C)CCc1c[nH]c2ccc(Br)cc12"
SMILES = (TRYPTAMINE, "CCOC(=O)C#CC(Cl)(Cl)CBr", "CC(=O)C#CBr")


def write_tables(folder: Path, smiles: tuple[str, ...] = SMILES, order: int = 1) -> None:
    parents = [standardise(one) for one in smiles]
    rows = [
        {"structure_id": one.inchikey, "flat_key": one.flat_key, "smiles": one.smiles,
         "stereo": one.stereo, "n_compounds": 1}
        for one in parents[::order]
        if not isinstance(one, Problem)
    ]  # fmt: skip
    with PartitionWriter(folder / "structures.parquet", STRUCTURES.arrow(), 2) as writer:
        writer.write_rows(rows)
    families = [
        {"structure_id": row["structure_id"], "flat_key": row["flat_key"], "stereo_family": [],
         "scaffold": "", "n_scaffold": 1, "quarantine": [], "conflicts": []}
        for row in rows[1:]
    ]  # fmt: skip
    with PartitionWriter(folder / "families.parquet", FAMILIES.arrow()) as writer:
        writer.write_rows(families)


def dereplicate(folder: Path) -> dict[str, int]:
    return dereplicate_library(
        folder / "structures.parquet", folder / "families.parquet", folder / "known.parquet"
    )


def test_every_structure_has_one_row(tmp_path: Path) -> None:
    write_tables(tmp_path)
    counts = dereplicate(tmp_path)
    assert {name: counts[name] for name in ("n_structures", "n_known", "n_novel")} == {
        "n_structures": 3,
        "n_known": 1,
        "n_novel": 2,
    }
    lists = (approved_compounds(APPROVED_DRUGS), reference_compounds(MARINE_REFERENCE))
    assert [counts["n_drugs"], counts["n_reference"]] == [len(one) for one in lists]
    assert counts["n_actives"] == 0
    rows = read_table(tmp_path / "known.parquet", KNOWN).to_pylist()
    assert len({row["structure_id"] for row in rows}) == 3
    assert {name.name for name in tmp_path.iterdir()} == {
        "structures.parquet",
        "families.parquet",
        "known.parquet",
    }


def test_the_order_of_the_inputs_does_not_matter(tmp_path: Path) -> None:
    found = []
    for name, order in (("one", 1), ("other", -1)):
        write_tables(tmp_path / name, order=order)
        dereplicate(tmp_path / name)
        found.append(read_table(tmp_path / name / "known.parquet", KNOWN))
    assert found[0].equals(found[1])


def test_an_empty_library_gives_an_empty_table(tmp_path: Path) -> None:
    write_tables(tmp_path, ())
    assert dereplicate(tmp_path)["n_structures"] == 0
    assert read_table(tmp_path / "known.parquet", KNOWN).num_rows == 0


def test_the_command_holds_a_library_against_the_shipped_models(tmp_path: Path) -> None:
    write_tables(tmp_path)
    done = CliRunner().invoke(dereplicate_command, [str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "3 structures: 1 known, 0 analogues, 2 novel" in done.output
    rows = read_table(tmp_path / "known.parquet", KNOWN).to_pylist()
    assert all(row["nearest_active_endpoints"] for row in rows)


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        (["--settings", '{"analogue_similarty": 1}'], ConfigError, "mean analogue_similarity?"),
        (["--settings", '{"analogue_similarity": 0}'], ConfigError, "greater than 0"),
        (["--models", "nowhere"], BundleError, "nowhere"),
    ],
)
def test_bad_input_is_told_and_nothing_is_written(
    tmp_path: Path, arguments: list[str], kind: type[Exception], message: str
) -> None:
    write_tables(tmp_path)
    done = CliRunner().invoke(dereplicate_command, [str(tmp_path), *arguments])
    assert isinstance(done.exception, kind)
    assert message in str(done.exception)
    assert not (tmp_path / "known.parquet").exists()


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"structures\.parquet: no such table"):
        dereplicate(tmp_path)


@pytest.mark.parametrize("name", ["approved_drugs", "marine_reference"])
def test_a_damaged_list_is_named(tmp_path: Path, name: str) -> None:
    write_tables(tmp_path)
    damaged = tmp_path / "list.tsv"
    damaged.write_text("name\tsmiles\nx\tC1CC\n")
    with pytest.raises(InputError, match=r"list\.tsv: not the"):
        dereplicate_library(
            tmp_path / "structures.parquet",
            tmp_path / "families.parquet",
            tmp_path / "known.parquet",
            **{name: damaged},  # type: ignore[arg-type]
        )
