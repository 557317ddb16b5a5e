"""pyproject.toml, constraints.txt and environment.yml name the same set in the same versions."""

import re
import tomllib
from pathlib import Path

import yaml

PROJECT = Path(__file__).resolve().parents[3]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lines: list[str]) -> dict[str, str]:
    parsed = (line.strip().split("==") for line in lines if "==" in line)
    return {normal(name): version for name, version in parsed}


def declared() -> set[str]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    return {
        normal(name) for name in project["dependencies"] + project["optional-dependencies"]["dev"]
    }


def test_every_declared_dependency_has_an_exact_version() -> None:
    constraints = pins((PROJECT / "constraints.txt").read_text().splitlines())
    assert declared() <= set(constraints)


def test_the_conda_environment_is_the_same_set_in_the_same_versions() -> None:
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text())
    by_pip = next(item["pip"] for item in environment["dependencies"] if isinstance(item, dict))
    constraints = pins((PROJECT / "constraints.txt").read_text().splitlines())
    assert pins(by_pip) == {name: constraints[name] for name in declared()}


def test_the_conda_python_is_the_one_the_project_requires() -> None:
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text())
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert "python=3.11" in environment["dependencies"]
    assert project["requires-python"] == ">=3.11,<3.12"
