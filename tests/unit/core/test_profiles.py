from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from screening.core.config import load_config, profile_yaml
from screening.core.objectives import Objective, ProfileName, RankSettings
from screening.core.profiles import PROFILES, limits_of, objectives_of

OWN = (Objective(column="qed", worst=0, best=1),)


def test_every_profile_but_custom_is_ready() -> None:
    assert {*PROFILES, "custom"} == set(get_args(ProfileName))


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_passes_the_checks_of_given_objectives(name: str) -> None:
    profile = PROFILES[name]
    given = RankSettings(profile=name, objectives=profile.objectives, limits=profile.limits)
    assert objectives_of(given) == objectives_of(RankSettings(profile=name))
    assert all(one.reason and one.aim and one.label for one in profile.objectives)


def test_tumours_are_sought_where_nothing_else_is_said() -> None:
    selectivity = {one.over for one in objectives_of(RankSettings()) if one.over}
    assert selectivity == {"hskmc_cytotoxicity", "hepg2_cytotoxicity"}


def test_what_is_given_takes_the_place_of_the_profile() -> None:
    settings = RankSettings(profile="antiviral", objectives=OWN)
    assert objectives_of(settings) == OWN
    assert limits_of(settings) == PROFILES["antiviral"].limits
    assert limits_of(RankSettings(limits=())) == ()
    assert limits_of(RankSettings(profile="custom", objectives=OWN)) == ()


@pytest.mark.parametrize("name", PROFILES)
def test_a_printed_profile_reads_back_as_itself(name: str, tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(profile_yaml(name), encoding="utf-8")
    rank = load_config(file).rank
    assert (rank.profile, rank.objectives) == (name, PROFILES[name].objectives)
    assert rank.limits == PROFILES[name].limits
