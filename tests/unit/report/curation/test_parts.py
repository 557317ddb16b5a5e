"""What each part of the curation page counts, and which examples it chooses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from screening.chem.drawing import Drawing
from screening.core.errors import InputError
from screening.report.curation.books import Books
from screening.report.curation.changes import read_changes
from screening.report.curation.conflicts import read_conflicts
from screening.report.curation.identity import read_identity
from screening.report.curation.marine import read_marine
from screening.report.curation.pictures import picture
from screening.report.curation.quarantine import read_quarantine
from screening.report.curation.reading import LISTED, read_reading
from screening.report.curation.rejects import read_reasons
from screening.report.curation.stereo import read_stereo
from screening.report.curation.tables import open_tables

WriteLibrary = Callable[..., Path]


def test_flow_bars_stand_in_proportion_and_small_ones_are_seen() -> None:
    blocks = {block.plural: block for block in Books(9_999, 1, 5_000).blocks()}
    assert blocks["compounds"].height == pytest.approx(blocks["records"].height, rel=0.01)
    assert blocks["distinct structures"].height == pytest.approx(
        blocks["compounds"].height / 2, rel=0.01
    )
    assert blocks["rejects"].height >= 2
    assert "rejects" not in {block.plural for block in Books(5, 0, 5).blocks()}
    assert len(Books(9_999, 1, 5_000).bands()) == 4


def test_reading_tells_settings_in_words_and_what_was_stated(library: WriteLibrary) -> None:
    reading = read_reading(library() / "stages/ingest/reading.json")
    assert reading is not None
    [file] = reading.files
    assert [(s.name, s.value, s.mark) for s in file.settings] == [
        ("kind", "text table", ""),
        ("encoding", "GB18030", "guessed"),
        ("delimiter", "tab", "stated"),
        ("decimal", "comma", ""),
    ]
    assert file.roles == (("smiles", ("结构", "SMILES"), True), ("name", ("名称",), False))
    assert file.other_columns == ("depth", "<script>")


def test_a_folder_of_many_files_is_told_in_part(tmp_path: Path) -> None:
    note = tmp_path / "reading.json"
    entry = {"file": "a.mol", "n_records": 1, "n_rejects": 0, "delimiter": None}
    aside = {"file": "notes.txt", "reason": "of no known kind"}
    content = {"files": [entry] * 5_000, "skipped": [aside] * 100}
    note.write_text(json.dumps(content), encoding="utf-8")
    reading = read_reading(note)
    assert reading is not None
    assert (len(reading.files), reading.n_readings) == (LISTED, 5_000)
    assert (len(reading.skipped), reading.n_skipped) == (LISTED, 100)
    assert reading.skipped[0] == ("notes.txt", "of no known kind")
    assert reading.files[0].settings == ()


@pytest.mark.parametrize("text", ["{", "{}", "[]", '{"files": [{}]}', '{"files": [3]}'])
def test_a_damaged_note_of_the_reading_is_named(tmp_path: Path, text: str) -> None:
    note = tmp_path / "reading.json"
    note.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"reading\.json"):
        read_reading(note)


def test_rejects_are_counted_and_their_examples_differ(library: WriteLibrary) -> None:
    with open_tables(library()) as tables:
        bad, metal = read_reasons(tables)
    assert (bad.code, bad.n, bad.share) == ("bad_smiles", 6, pytest.approx(6 / 7))
    assert bad.stages == ("standardise",)
    assert [(e.record_number, e.detail) for e in bad.examples] == [
        (20, "unclosed ring 3"),
        (24, "unclosed ring 1"),
        (25, "no atom Xx"),
    ]
    assert bad.examples[0].read == "c1ccccc<script>alert(4)</script>"
    assert (metal.n, len(metal.examples)) == (1, 1)


def test_a_record_without_structure_shows_its_text(library: WriteLibrary) -> None:
    row = {
        "library": "reef",
        "source_file": "reef.csv",
        "record_number": 1,
        "raw": "R" * 5_000,
        "stage": "ingest",
        "code": "empty_structure",
        "detail": "no structure",
        "fix": "fill it in",
    }
    with open_tables(library(rejects=[row])) as tables:
        [reason] = read_reasons(tables)
    assert set(reason.examples[0].read) == {"R"}
    assert len(reason.examples[0].read) < 1_000


def test_changes_are_counted_by_kind_and_drawn_before_and_after(library: WriteLibrary) -> None:
    with open_tables(library()) as tables:
        changes = read_changes(tables)
    assert changes.n_changed == 2
    assert [(kind.name, kind.n) for kind, _ in changes.kinds] == [
        ("fragments_removed", 2),
        ("neutralised", 2),
    ]
    assert changes.removed == (("chloride", 1), ("sodium", 1))
    first, second = changes.kinds[0][1]
    assert (first.name, first.removed) == ("6-bromotryptamine", ("chloride",))
    assert second.removed == ("sodium",)
    assert first.before.smiles == "[NH3+]CCc1c[nH]c2cc(Br)ccc12.[Cl-]"
    assert first.after.smiles == "NCCc1c[nH]c2cc(Br)ccc12"
    assert isinstance(first.before.drawing, Drawing)
    assert isinstance(first.after.drawing, Drawing)
    assert first.changes == ("fragments removed", "neutralised")


def test_a_change_with_particulars_counts_under_what_stands_before_the_colon(
    library: WriteLibrary,
) -> None:
    rows = [
        {"name": n, "smiles": "CCO", "input_smiles": s, "changes": [f"mixture: {s}", "mixture: O"]}
        for n, s in (("a", "CCO.CCC"), ("b", "CCO.CCCC"))
    ]
    with open_tables(library(rows, [])) as tables:
        [(kind, examples)] = read_changes(tables).kinds
    assert (kind.name, kind.n) == ("mixture", 2)
    # Both have one parent: a second example would show nothing new.
    assert len(examples) == 1


def test_an_input_that_cannot_be_drawn_is_said_in_words(library: WriteLibrary) -> None:
    row = {"name": "n", "smiles": "CN(C)C", "input_smiles": "CN(C)(C)(C)C", "changes": ["mended"]}
    with open_tables(library([row], [])) as tables:
        [(_, [example])] = read_changes(tables).kinds
    assert not isinstance(example.before.drawing, Drawing)
    assert example.before.drawing.detail == "RDKit cannot read it"
    assert isinstance(example.after.drawing, Drawing)


def test_what_is_too_large_is_not_drawn() -> None:
    assert not isinstance(picture("C" * 501, "chain").drawing, Drawing)
    assert isinstance(picture("C" * 40, "chain").drawing, Drawing)


def test_stereo_families_are_counted_and_one_is_drawn(library: WriteLibrary) -> None:
    with open_tables(library()) as tables:
        stereo = read_stereo(tables)
    assert {state: n for state, _, n in stereo.states} == {
        "defined": 2,
        "partial": 0,
        "undefined": 1,
        "none": 4,
    }
    assert (stereo.n_families, stereo.n_in_families, stereo.largest) == (1, 3, 3)
    assert {(p.caption, state) for p, state in stereo.example} == {
        ("(R)-carvone", "defined"),
        ("(S)-carvone", "defined"),
        ("<script>alert(1)</script>", "undefined"),
    }


def test_merged_compounds_keep_names_and_sources(library: WriteLibrary) -> None:
    with open_tables(library()) as tables:
        identity = read_identity(tables)
    assert (identity.n_shared, identity.n_in_groups) == (1, 2)
    [group] = identity.groups
    assert group.names == ("6-bromotryptamine", "海绵碱")
    assert group.files == ("reef.csv", "second.csv")
    assert identity.n_acyclic == 2
    assert identity.n_scaffolds == 3
    assert [n for _, n in identity.scaffolds] == [3, 1, 1]


def test_verdicts_phyla_and_organisms_without_verdict(library: WriteLibrary) -> None:
    with open_tables(library()) as tables:
        marine = read_marine(tables)
    assert {verdict: n for verdict, _, n in marine.verdicts} == {
        "marine": 1,
        "marine and other": 0,
        "not marine": 0,
        "unknown": 7,
    }
    assert marine.n_matched == 1
    assert marine.n_without_organism == 5
    assert marine.phyla == (("Chordata", 1),)
    assert marine.unmatched == (
        ("<img src=x onerror=alert(2)>", 1),
        ("Nannochloropsis oculata", 1),
    )


def test_quarantine_shows_reason_and_structure(library: WriteLibrary) -> None:
    with open_tables(library()) as tables:
        quarantine = read_quarantine(tables)
    assert quarantine.n == 1
    [(kind, [suspect])] = quarantine.reasons
    assert (kind.name, kind.n) == ("synthetic group", 1)
    assert suspect.reason == "synthetic group: <b>fluorine</b> on carbon"
    assert suspect.picture.smiles == "O=C(O)CF"


def test_conflicts_are_counted_without_their_particulars(library: WriteLibrary) -> None:
    key, other = "AAAAAAAAAAAAAA-BBBBBBBBBB-N", "CCCCCCCCCCCCCC-BBBBBBBBBB-N"
    sentences = (
        f"stated InChIKey {key}, the structure gives {other}",
        f"stated InChIKey {key}, the structure gives none9",
        f"stated InChIKey {key}, the structure gives {other} (the same skeleton: charge differs)",
        "stated InChIKey 'none: yet' is none",
        "stated formula C10H12, the structure has C9H12",
        f"column 'SMILES (canonical)' gives another structure: {key}",
        f'column "InChI: x" gives another structure: {key}',
        f'the name "a, b: c" is also on {key}, {other}, {key} and 4 more',
        f'the name "d" is also on {key}',
    )
    rows = [
        {"name": f"n{n}", "smiles": "CCO", "input_smiles": "CCO", "conflicts": [sentence]}
        for n, sentence in enumerate(sentences)
    ]
    with open_tables(library(rows, [])) as tables:
        conflicts = read_conflicts(tables)
    assert conflicts.n_compounds == len(sentences)
    assert [(kind.label, kind.n) for kind in conflicts.within] == [
        ("column … gives another structure", 2),
        ("stated InChIKey …, the structure gives …", 2),
        ("the name … is also on …", 2),
        ("stated InChIKey … is none", 1),
        ("stated InChIKey …, the structure gives … (the same skeleton)", 1),
        ("stated formula …, the structure has …", 1),
    ]
    [first, _] = conflicts.within[1].examples
    assert (first.where, first.name, first.sentence) == ("reef.csv, record 1", "n0", sentences[0])
    assert (conflicts.n_structures, conflicts.between) == (0, ())


def test_conflicts_between_records_name_the_structure(library: WriteLibrary) -> None:
    with open_tables(library()) as tables:
        conflicts = read_conflicts(tables)
    [kind] = conflicts.between
    assert (kind.label, kind.n) == ("the name … is also on …", 1)
    assert kind.examples[0].name == "=cmd|' /C calc'!A0"
