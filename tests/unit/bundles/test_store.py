"""Bundles carried, checked and signed, by the commands that people type."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from screening.bundles import download
from screening.cli.models import models_group
from screening.core.errors import BundleError, InputError, OutputError, ScreeningError
from screening.core.provenance import file_digest

Keys = Callable[[str], tuple[Path, Path]]


def screening_models(*arguments: object) -> str:
    """What `screening models …` prints."""
    result = CliRunner().invoke(models_group, [str(one) for one in arguments])
    if isinstance(result.exception, ScreeningError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def altered(folder: Path, **changes: object) -> None:
    """Change the manifest, as somebody on the way would."""
    path = folder / "bundle.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize("way", ["", "/moved"])
def test_a_bundle_is_pulled_over_http(bundle: Path, site: str, tmp_path: Path, way: str) -> None:
    (bundle / "predictor.json").write_text("{}")  # nothing that the manifest does not name comes
    output = tmp_path / "pulled"
    digest = file_digest(bundle / "bundle.json")
    told = screening_models("pull", f"{site}{way}/reef/", "--output", output, "--sha256", digest)
    assert f"reef 1.0, 1 endpoints, unsigned\nSHA-256 of bundle.json: {digest}" in told
    assert {path.name for path in output.iterdir()} == {
        "bundle.json",
        "CARD.md",
        "weights.safetensors",
    }
    assert "all 2 files are as bundle.json says" in screening_models("verify", output)
    with pytest.raises(OutputError, match="is there already"):
        screening_models("pull", f"{site}/reef/bundle.json", "--output", output)


def test_what_is_wrong_on_the_web_leaves_nothing(
    bundle: Path, site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull = ("pull", f"{site}/reef", "--output", tmp_path / "out" / "pulled")
    secret = site.replace("://", "://me:s3cret@")
    wrong: list[tuple[type[ScreeningError], str, tuple[object, ...]]] = [
        (BundleError, "this is another bundle or version", (*pull, "--sha256", "0" * 64)),
        (BundleError, "unsigned; name the signer's public key", (*pull, "--signed")),
        (InputError, "answered 404", ("pull", f"{site}/none/", *pull[2:])),
        (InputError, "leads from http to 'ftp:", ("pull", f"{site}/away/", *pull[2:])),
        (InputError, "cannot be fetched", ("pull", "http://127.0.0.1:1/", *pull[2:])),
        (InputError, "cannot be fetched", ("pull", f"{site}/crooked/", *pull[2:])),
        (InputError, "cannot be fetched", ("pull", "https://me:s3cret@[oops/", *pull[2:])),
        (InputError, "cannot be fetched", ("pull", "http://me:s3cret@127.0.0.1:1/", *pull[2:])),
        (InputError, "not fetched that way", ("pull", "ftp://me:s3cret@host/", *pull[2:])),
        (InputError, "answered 404", ("pull", f"{secret}/none/", *pull[2:])),
        (InputError, "leads from http to", ("pull", f"{secret}/away/", *pull[2:])),
        (InputError, "cannot be written to", ("push", bundle, f"{secret}/")),
        (InputError, "name models:/NAME@champion", ("pull", "models:/reef", *pull[2:])),
    ]
    for kind, what, arguments in wrong:
        with pytest.raises(kind, match=what) as told:
            screening_models(*arguments)
        assert "s3cret" not in told.value.line()
    monkeypatch.setattr(download, "BUNDLE_BYTES", 100)
    with pytest.raises(BundleError, match=r"weights.safetensors: larger than"):
        screening_models(*pull)
    monkeypatch.undo()
    with (bundle / "weights.safetensors").open("ab") as stream:
        stream.write(b"!")
    with pytest.raises(BundleError, match="altered"):
        screening_models(*pull)
    for name in ("../weights.safetensors", "/etc/passwd", "a/b", ".hidden", "Predictor.json", ""):
        altered(bundle, files={name: "0" * 64})
        with pytest.raises(BundleError, match="is no file name for a bundle"):
            screening_models(*pull)
    (bundle / "bundle.json").write_text("{}")
    with pytest.raises(BundleError, match="not a bundle's manifest"):
        screening_models(*pull)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_signature_tells_who_vouches_for_a_bundle(
    bundle: Path, site: str, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    (alice, alice_public), (mallory, mallory_public) = keys("alice"), keys("mallory")
    assert "unsigned" in screening_models("verify", bundle)
    screening_models("sign", bundle, "--key", alice)
    assert "not trusted" in screening_models("verify", bundle)
    assert "signed by alice" in screening_models("verify", bundle, "--trusted-key", alice_public)
    pull = ("pull", f"{site}/reef/", "--output")
    with pytest.raises(BundleError, match="signed with a key that is not trusted"):
        screening_models(*pull, tmp_path / "a", "--trusted-key", mallory_public)
    trusted = tmp_path / "settings/marine-screening/trusted-keys"
    trusted.mkdir(parents=True)
    shutil.copy(alice_public, trusted)
    assert "signed by alice" in screening_models(*pull, tmp_path / "b", "--signed")
    assert "signed by alice" in screening_models("list", tmp_path / "b")
    assert "signed by alice" in screening_models("push", tmp_path / "b", tmp_path / "c")
    # Mallory alters a file and the manifest, and cannot sign as Alice.
    altered(bundle, version="6.6")
    for command in (("verify", bundle), (*pull, tmp_path / "d")):
        with pytest.raises(BundleError, match="the signature does not fit"):
            screening_models(*command)
    screening_models("sign", bundle, "--key", mallory)
    with pytest.raises(BundleError, match="not trusted"):
        screening_models(*pull, tmp_path / "d", "--signed")
    (bundle / "bundle.json.sig").write_text("nonsense")
    with pytest.raises(BundleError, match="the signature does not fit"):
        screening_models("verify", bundle)
    assert not (tmp_path / "d").exists()
    with pytest.raises(InputError, match="no Ed25519 private key"):
        screening_models("sign", bundle, "--key", alice_public)
    with pytest.raises(InputError, match="no Ed25519 public key"):
        screening_models("verify", bundle, "--trusted-key", alice)


def test_openssl_makes_keys_and_checks_our_signature(bundle: Path, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    import base64

    def openssl(*arguments: object) -> None:
        command = ["openssl", *(str(one) for one in arguments)]
        subprocess.run(command, check=True, capture_output=True)

    key, public = tmp_path / "key.pem", tmp_path / "public.pem"
    openssl("genpkey", "-algorithm", "ed25519", "-out", key)
    openssl("pkey", "-in", key, "-pubout", "-out", public)
    screening_models("sign", bundle, "--key", key)
    assert "signed by public" in screening_models("verify", bundle, "--trusted-key", public)
    raw = base64.b64decode((bundle / "bundle.json.sig").read_text().split()[1])
    (tmp_path / "raw.sig").write_bytes(raw)
    openssl(
        *("pkeyutl", "-verify", "-pubin", "-inkey", public, "-rawin"),
        *("-in", bundle / "bundle.json", "-sigfile", tmp_path / "raw.sig"),
    )


def test_models_are_listed_and_shown(bundle: Path) -> None:
    (bundle.parent / "broken").mkdir()
    (bundle.parent / "broken" / "bundle.json").write_text("[]")
    third = bundle.parent / "third"
    third.mkdir()
    manifest = {
        "name": "third",
        "version": "2",
        "licence": "MIT",
        "citation": "nobody",
        "python": "/bin/sh",
        "entry_point": "x",
        "endpoints": [{"id": "t", "kind": "regression", "unit": "h", "direction": "lower"}],
    }
    (third / "predictor.json").write_text(json.dumps(manifest))
    head, *lines = screening_models("list", bundle.parent).splitlines()
    rows = [dict(zip(head.split("\t"), line.split("\t"), strict=True)) for line in lines]
    assert [(row["name"], row["kind"]) for row in rows] == [
        ("broken", "broken"),
        ("reef", "bundle"),
        ("third", "predictor"),
    ]
    assert rows[1]["digest"] == file_digest(bundle / "bundle.json")
    assert rows[1]["endpoints"] == "reef_active"
    shown = screening_models("show", bundle)
    assert shown.startswith("reef, version 1.0: =cmd <script>\n")
    assert "auroc 0.812" in shown
    assert "1,234" in shown
    assert "\x1b" not in shown
    assert "| a | b |" in shown
    (bundle / "CARD.md").write_text("# Trust me")
    with pytest.raises(BundleError, match=r"CARD\.md: altered"):
        screening_models("show", bundle)
    assert "naming it among the models runs its code" in screening_models("show", third)
    with pytest.raises(BundleError, match="whose code no digest covers"):
        screening_models("verify", third)


def test_a_shipped_bundle_is_what_it_promises() -> None:
    assert "unsigned" in screening_models("verify", "adme")
