from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from screening.core.config import ScreenConfig
from screening.core.errors import ConfigError
from screening.core.settings import parse_settings
from screening.core.slurm.queue import QueuedJob, describe_queue
from screening.core.slurm.script import environment_lines
from screening.core.slurm.settings import SlurmSettings

CODE = ("a; touch made", "$(touch made)", "`touch made`", "a\ntouch made", "a\n", "a b", "a'b", "")


@pytest.mark.parametrize("name", ["partition", "account", "walltime", "host", "interface"])
@pytest.mark.parametrize("value", [*CODE, "--wrap=id", "-x"])
def test_no_setting_can_hold_code_or_an_option(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"setting {name}"):
        parse_settings(SlurmSettings, {name: value}, "here")


@pytest.mark.parametrize(
    "directive",
    [
        *(f"--qos={value}" for value in CODE),
        *("--wrap=id", "--export=NONE", "--output=/etc/x", "--array=1-9", "--ntasks=2", "--mem=1"),
        *("--job-name=x", "--qos=a --wrap=b", "qos=a", "-q", "--qos=a\n#SBATCH --array=1-9"),
        *("--uid=0", "--exclusive\n", "--nice=${HOME}", "--qos=a|b", "--qos=a&b", "--qos=*"),
    ],
)
def test_a_directive_is_one_that_is_known_and_has_a_plain_value(directive: str) -> None:
    with pytest.raises(ConfigError, match="directives"):
        parse_settings(SlurmSettings, {"directives": [directive]}, "here")


def test_usual_settings_are_taken() -> None:
    settings = SlurmSettings(
        partition="short,long-2",
        account="lab.marine_1",
        walltime="120:00:00",
        directives=("--qos=long", "--exclusive", "--nodelist=node[01-04],x1", "--gres=gpu:a100:1"),
        host="10.0.0.7",
    )
    assert len(settings.directives) == 4


@pytest.mark.parametrize(
    ("text", "walltime"),
    [("00:30:00", "00:30:00"), ("12:00:00", "12:00:00"), ("100:15:07", "100:15:07")],
)
def test_a_walltime_is_what_was_written_whatever_yaml_makes_of_it(text: str, walltime: str) -> None:
    values = yaml.safe_load(f"compute: {{slurm: {{walltime: {text}}}}}")
    config = parse_settings(ScreenConfig, values, "here")
    assert config.compute.slurm.walltime == walltime


def test_a_walltime_without_a_unit_is_refused() -> None:
    with pytest.raises(ConfigError, match="walltime"):
        parse_settings(SlurmSettings, {"walltime": 60}, "here")


def test_host_and_interface_are_not_set_together() -> None:
    with pytest.raises(ConfigError, match="host and interface"):
        parse_settings(SlurmSettings, {"host": "a", "interface": "b"}, "here")


def test_an_unknown_key_is_named_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean partition"):
        parse_settings(ScreenConfig, {"compute": {"slurm": {"partion": "x"}}}, "here")


def test_the_environment_of_a_worker_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend("/a 'folder'; touch made; $(touch made)")
    lines = environment_lines({"distributed.worker.memory.target": False})
    script = "\n".join(
        [*lines, 'printf "%s\\n" "$PYTHONPATH" $DASK_DISTRIBUTED__WORKER__MEMORY__TARGET']
    )
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    path, target = done.stdout.splitlines()
    assert path.startswith(sys.path[0])
    assert target == "False"
    assert not list(tmp_path.iterdir())


def test_the_queue_in_words() -> None:
    jobs = [QueuedJob("pending", "Resources")] * 2 + [QueuedJob("running", "None")]
    assert describe_queue(jobs) == "2 jobs pending (Resources), 1 job running"
    assert describe_queue([]) == "no job in the queue"
