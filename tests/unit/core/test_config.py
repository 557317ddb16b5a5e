from pathlib import Path

import pytest
from click.testing import CliRunner

from screening.cli.config import config_command
from screening.core.config import ScreenConfig, default_yaml, json_schema, load_config
from screening.core.errors import ConfigError

PROJECT = Path(__file__).resolve().parents[3]


def test_the_committed_configuration_is_the_generated_one() -> None:
    assert (PROJECT / "config/config.yaml").read_text(encoding="utf-8") == default_yaml()
    assert (PROJECT / "config/schema.json").read_text(encoding="utf-8") == json_schema()


def test_the_default_yaml_reads_back_as_the_defaults() -> None:
    assert load_config(PROJECT / "config/config.yaml") == ScreenConfig()


@pytest.mark.parametrize(
    ("text", "key", "nearest"),
    [
        ("ranck: {}", "ranck", "rank"),
        ("rank: {cautoin: 2}", "rank.cautoin", "caution"),
        (
            "rank: {objectives: [{colum: herg, worst: 1, best: 0}]}",
            "rank.objectives.0.colum",
            "column",
        ),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_valid_one(
    tmp_path: Path, text: str, key: str, nearest: str
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError) as error:
        load_config(file)
    assert key in error.value.line()
    assert f"did you mean {nearest}?" in error.value.line()
    assert str(file) in error.value.line()


@pytest.mark.parametrize("text", ["- a list", "a: [", "report: {top: 0}", "compute: {dask: moon}"])
def test_a_wrong_value_is_one_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError) as error:
        load_config(file)
    assert "\n" not in error.value.line()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.yaml"):
        load_config(tmp_path / "nowhere.yaml")


def test_the_command_prints_a_profile_and_names_those_there_are() -> None:
    printed = CliRunner().invoke(config_command, ["--profile", "antiviral"])
    assert "over: hskmc_cytotoxicity" in printed.output
    refused = CliRunner().invoke(config_command, ["--profile", "custom"])
    assert refused.exit_code == 2
    assert "'antitumour', 'antibacterial', 'antiviral'" in refused.output
