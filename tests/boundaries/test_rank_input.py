from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner

from screening.cli.rank import rank_command
from screening.core.errors import ConfigError, InputError
from screening.core.partitions import PartitionWriter
from screening.core.tables import (
    COMPOUNDS,
    DESCRIPTORS,
    EVIDENCE,
    FAMILIES,
    KNOWN,
    PREDICTIONS,
    STRUCTURES,
    Column,
)


def write_empty_tables(folder: Path) -> None:
    predicted = [
        Column("herg", pa.float32(), "x", "probability"),
        Column("herg__std", pa.float32(), "x", "probability"),
        Column("herg__domain", pa.string(), "x"),
        Column("herg__neighbour", pa.string(), "x"),
    ]
    described = [
        Column("MolWt", pa.float64(), "x", "Da"),
        Column("murcko_scaffold", pa.string(), "x"),
    ]
    schemas = {
        "structures": STRUCTURES.arrow(),
        "compounds": COMPOUNDS.arrow(),
        "evidence": EVIDENCE.arrow(),
        "families": FAMILIES.arrow(),
        "known": KNOWN.arrow(),
        "descriptors": DESCRIPTORS.arrow(described),
        "predictions": PREDICTIONS.arrow(predicted),
    }
    for name, schema in schemas.items():
        with PartitionWriter(folder / f"{name}.parquet", schema):
            pass


def settings(column: str, kind: str = "objectives") -> str:
    if kind == "objectives":
        return f'{{"objectives": [{{"column": "{column}", "worst": 1, "best": 0}}], "limits": []}}'
    return (
        '{"objectives": [{"column": "herg", "worst": 1, "best": 0}], "limits": '
        f'[{{"column": "{column}", "relation": "above", "value": 1, "reason": "r"}}]}}'
    )


def wish(**values: str) -> str:
    """Settings with one wish changed; without a change, with the wish twice."""
    usual = {"column": '"herg"', "worst": "1", "best": "0"}
    objective = ", ".join(f'"{key}": {value}' for key, value in {**usual, **values}.items())
    wishes = [f"{{{objective}}}"] * (1 if values else 2)
    return f'{{"objectives": [{", ".join(wishes)}], "limits": []}}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (settings("hERGG"), "objectives: no endpoint or descriptor is called 'hERGG'; did you"),
        (settings("Molwt", "limits"), "limits: no endpoint or descriptor is called 'Molwt'"),
        (settings("molwt"), "did you mean 'MolWt'?"),
        (settings("herg__std"), "did you mean 'herg'?"),  # its uncertainty is no wish
        (settings("murcko_scaffold"), "no endpoint or descriptor"),  # text is no wish
        (settings("zzzzzzzz"), "choose from `screening endpoints`"),
        ('{"objectives": []}', "setting objectives"),
        ('{"objective": []}', "did you mean objectives?"),
        ('{"objectives": [{"column": "herg", "worst": 1, "best": 1}]}', "must differ"),
        ('{"objectives": [{"column": "herg", "worst": 1, "bset": 0}]}', "did you mean best?"),
        ('{"caution": -1}', "setting caution"),
        ("[]", "not a JSON object"),
        (
            '{"profile": "antitumor"}',
            "setting profile: no profile 'antitumor'; did you mean antitumour?",
        ),
        ('{"profile": 7}', "there are antitumour, antibacterial, antiviral, custom"),
        ('{"profile": "custom"}', "the profile custom has none of its own: list at least one"),
        ('{"profile": "antiviral"}', "no endpoint or descriptor is called 'hiv'"),
        (wish(worst="NaN"), "setting objectives.0.worst: Input should be a finite number"),
        (wish(best="Infinity"), "setting objectives.0.best: Input should be a finite number"),
        (wish(weight="-1"), "setting objectives.0.weight"),
        (wish(weight="0"), "setting objectives: the weights sum to nothing"),
        (wish(over='"herrg"'), "no endpoint or descriptor is called 'herrg'; did you mean 'herg'?"),
        (wish(over='"MolWt"'), "mixes the units Da, probability"),
        (wish(), "'herg' is wished twice: name it once and raise its weight"),
        ('{"draws": -1}', "setting draws"),
        ('{"top": 0}', "setting top"),
    ],
)
def test_bad_settings_are_told_and_nothing_is_written(
    tmp_path: Path, text: str, message: str
) -> None:
    write_empty_tables(tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())
    found = CliRunner().invoke(rank_command, [str(tmp_path), "--settings", text])
    assert isinstance(found.exception, ConfigError)
    assert message in found.exception.line()
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_missing_table_is_told(tmp_path: Path) -> None:
    found = CliRunner().invoke(rank_command, [str(tmp_path)])
    assert isinstance(found.exception, InputError)
    assert "no such table" in found.exception.line()


def test_no_structures_give_an_empty_ranking_with_a_header(tmp_path: Path) -> None:
    write_empty_tables(tmp_path)
    stats = tmp_path / "stats.json"
    arguments = [str(tmp_path), "--settings", settings("herg"), "--stats", str(stats)]
    found = CliRunner().invoke(rank_command, arguments)
    assert found.exception is None
    header = (tmp_path / "ranking.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(header) == 1
    assert header[0].startswith("rank,structure_id,smiles,name")
    assert '"n_ranked": 0' in stats.read_text(encoding="utf-8")


def test_a_window_and_the_provenance_can_be_wished(tmp_path: Path) -> None:
    write_empty_tables(tmp_path)
    objectives = [
        {"column": "MolWt", "worst": 200, "best": 300},
        {"column": "MolWt", "worst": 1500, "best": 800},
        {"column": "n_dois", "worst": 0, "best": 3},
    ]
    text = json.dumps({"profile": "custom", "objectives": objectives})
    found = CliRunner().invoke(rank_command, [str(tmp_path), "--settings", text])
    assert found.exception is None
    header = (tmp_path / "ranking.csv").read_text(encoding="utf-8-sig").strip()
    assert header.endswith("why,MolWt,n_dois")
