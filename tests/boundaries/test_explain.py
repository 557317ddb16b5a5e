"""`screening explain` from the shell's side."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from screening.cli.explain import explain_command
from screening.core.errors import ConfigError, InputError


def test_atoms_are_listed_and_drawn(tmp_path: Path) -> None:
    picture = tmp_path / "nitro.svg"
    arguments = ["O=[N+]([O-])c1ccc(-c2ccccc2)cc1", "--endpoint", "ames", "--output", str(picture)]
    result = CliRunner().invoke(explain_command, arguments, catch_exceptions=False)
    lines = result.output.splitlines()
    assert lines[1].startswith("ames 0.")
    assert lines[1].endswith(("in", "edge", "out"))
    assert len(lines) == 3 + 15
    # A disc for each atom that adds or takes; the hexagons themselves are paths.
    assert 3 <= picture.read_text().count("<ellipse") <= 15


@pytest.mark.parametrize(
    ("smiles", "endpoint", "error", "word"),
    [
        ("CCO", "no_such_endpoint", ConfigError, "there are: tox21_nr_ar"),
        ("C1CC", "ames", InputError, "bad_smiles"),
        ("[Na]", "ames", InputError, "metal|no_carbon"),
    ],
)
def test_bad_input_is_one_line(
    smiles: str, endpoint: str, error: type[Exception], word: str
) -> None:
    with pytest.raises(error) as caught:
        CliRunner().invoke(
            explain_command, [smiles, "--endpoint", endpoint], catch_exceptions=False
        )
    line = caught.value.line()  # type: ignore[attr-defined]
    assert "\n" not in line
    assert any(part in line for part in word.split("|"))
