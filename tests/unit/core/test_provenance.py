from screening.core.provenance import _BELOW, PACKAGE, code_digest, hardware, software, value_digest


def test_every_stage_has_a_digest_of_its_own() -> None:
    digests = {stage: code_digest(stage) for stage in _BELOW}
    assert len(set(digests.values())) == len(digests)
    assert all((PACKAGE / stage).is_dir() for stage in _BELOW)


def test_the_order_of_keys_does_not_matter() -> None:
    assert value_digest({"a": 1, "b": [2]}) == value_digest({"b": [2], "a": 1})
    assert value_digest({"a": 1}) != value_digest({"a": 2})


def test_the_facts_are_there() -> None:
    assert {"screening", "rdkit", "torch"} <= set(software())
    assert hardware()["cores"]
