from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from screening.core.assays_table import read_assays
from screening.core.errors import InputError
from screening.results.import_results import Imported, import_results
from tests.unit.results.screens import ASPIRIN, CAFFEINE, ETHANOL, write_screen

HEADER = "compound_id,endpoint,value,unit,replicate,date,note\n"
GOOD = (
    HEADER
    + "MR1,HDAC1 IC50,0.5,µM,a,2026-11-02,=1+1\n"
    + "MR1,HDAC1 IC50,>50 uM,,b,,\n"
    + "MR2,HDAC1 IC50,≥ 10,μM,,,\n"
    + "MR2,HDAC1 IC50,≥ 10,μM,,,\n"
    + "MR3,HDAC1 IC50,,,,,not measured\n"
    + 'MR3,growth,"85",%,,,"<script>\nalert(1)"\n'
)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """The output of a screen of three compounds."""
    return write_screen(
        tmp_path / "results", "reef", {"MR1": ASPIRIN, "MR2": CAFFEINE, "MR3": ETHANOL}
    )


def bring(output: Path, text: str, name: str = "bench.csv", **options: Any) -> Imported:
    file = output.parent / name
    file.write_text(text, encoding="utf-8")
    return import_results(file, output, **options)


def test_results_become_assays_of_structures(output: Path) -> None:
    done = bring(output, "\ufeff" + GOOD)
    assays = read_assays(output / "assays.parquet")
    assert (done.n_new, done.n_blank, done.n_without_structure) == (5, 1, 0)
    told = [(one.structure_id, str(one.measurement), one.source_line) for one in assays]
    assert set(told) == {
        (ASPIRIN.key, "0.5 µM", 2),
        (ASPIRIN.key, ">50 µM", 3),
        (CAFFEINE.key, ">10 µM", 4),
        (CAFFEINE.key, ">10 µM", 5),
        (ETHANOL.key, "85 %", 8),
    }
    assert {one.note for one in assays} >= {"=1+1", "<script> alert(1)"}
    assert done.disagreeing == ("MR1: HDAC1 IC50: pIC50 < 5.30 (n=2, replicates 2.0 apart)",)


def test_the_same_rows_are_imported_once(output: Path) -> None:
    bring(output, GOOD)
    file = output / "assays.parquet"
    before = (file.read_bytes(), file.stat().st_mtime_ns)
    assert (bring(output, GOOD).n_new, bring(output, GOOD, "copy.csv").n_known) == (0, 5)
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before
    grown = bring(output, GOOD + "MR3,HDAC1 IC50,3,nM,,,\n")
    assert (grown.n_new, grown.n_known) == (1, 5)


def test_a_corrected_file_takes_the_place_of_the_former_one_when_told(output: Path) -> None:
    bring(output, GOOD)
    corrected = GOOD.replace("0.5,µM", "5,µM")
    with pytest.raises(InputError, match=r"other rows in line 2; say --replace"):
        bring(output, corrected)
    done = bring(output, corrected, replace=True)
    assert (done.n_new, done.n_removed, done.n_known) == (1, 1, 4)
    assert len(read_assays(output / "assays.parquet")) == 5


def test_structures_are_found_by_key_compound_or_smiles(output: Path) -> None:
    done = bring(
        output,
        "structure_id,compound_id,smiles,endpoint,value\n"
        f"{ASPIRIN.key},,,x,1 nM\n"
        ",mine-7,[Na+].CC(=O)Oc1ccccc1C(=O)[O-],x,2 nM\n"
        ",MR3,OCC,x,3 nM\n"
        "AAAAAAAAAAAAAA-BBBBBBBBBB-N,,,x,4 nM\n",
    )
    assays = {one.source_line: one for one in read_assays(output / "assays.parquet")}
    assert [assays[line].smiles for line in (2, 3, 4, 5)] == [
        *(ASPIRIN.smiles, ASPIRIN.smiles, ETHANOL.smiles),
        None,
    ]
    assert assays[3].weight_da == pytest.approx(180.16, abs=0.01)
    assert done.n_without_structure == 1


@pytest.mark.parametrize(
    ("header", "row", "told"),
    [
        ("compound_id,endpoint,unit", "MR1,x,nM", "line 1: no column 'value'"),
        ("endpoint,value,unit", "x,1,nM", "no column structure_id, compound_id or smiles"),
        ("compound_id,endpoint,value,relaton", "MR1,x,1 nM,>", "'relaton'; did you mean relation?"),
        ("compound_id,endpoint,value,value", "MR1,x,1,nM", "twice the column 'value'"),
        ("compound_id,endpoint,value,result", "MR1,x,1,nM", "both say the value"),
        (HEADER[:-1], "MR1,x,1,mmol,,,", "line 2: unknown unit 'mmol'"),
        (HEADER[:-1], "MR1,x,1,,,,", "line 2: no unit"),
        (HEADER[:-1], "MR1,x,1 nM,µM,,,", "two units, µM and nM"),
        (HEADER[:-1], "MR1,x,n.d.,nM,,,", "value 'n.d.' is no number"),
        (HEADER[:-1], "MR1,x,-1,nM,,,", "a concentration is above 0"),
        (HEADER[:-1], "MR1,x,0,nM,,,", "a concentration is above 0"),
        (HEADER[:-1], "MR1,x,1,nM,,2.11.2026,", "write it as 2026-11-26"),
        (HEADER[:-1], ",x,1,nM,,,", "line 2: no compound"),
        (HEADER[:-1], "MR1,,1,nM,,,", "say what was measured"),
        (HEADER[:-1], "MR9,x,1,nM,,,", "compound 'MR9' is in no screen of"),
        (HEADER[:-1], "MR1,x,1,nM,,,\nMR2,x,5,%,,,", "line 3: endpoint 'x' in % where line 2 has"),
        (HEADER[:-1], "MR1,x,1,nM,,,\nMR2,X,5,nM,,,", "line 3: endpoint 'X'; line 2 has 'x'"),
        ("compound_id,relation,endpoint,value,unit", "MR1,<,x,>1,nM", "contradict"),
        ("compound_id,relation,endpoint,value,unit", "MR1,~,x,1,nM", "write =, < or >"),
        ("smiles,endpoint,value", "CC(,x,1 nM", "line 2: SMILES 'CC('"),
        ("compound_id,smiles,endpoint,value", "MR1,CCO,x,1 nM", "another structure than its SMIL"),
        (
            "structure_id,endpoint,value",
            "AAAAAAAAAAAAAA-BBBBBBBBBB-N,x,1 ug/mL",
            "its weight is unknown",
        ),
        (
            "structure_id,compound_id,endpoint,value",
            f"{ASPIRIN.key},MR2,x,1 nM",
            "line 2: BSYNRYMUTXBXSQ-UHFFFAOYSA-N is another structure than compound 'MR2'",
        ),
        ("structure_id,endpoint,value", "methane,x,1 nM", "'methane' is no InChIKey"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_imported(
    output: Path, header: str, row: str, told: str
) -> None:
    with pytest.raises(InputError) as caught:
        bring(output, f"{header}\n{row}\n")
    assert told in caught.value.line()
    assert not (output / "assays.parquet").exists()


def test_kinds_may_not_mix_with_what_was_imported_before(output: Path) -> None:
    bring(output, GOOD)
    with pytest.raises(
        InputError, match=r"line 2: endpoint 'growth' in nM where bench.csv, line 8"
    ):
        bring(output, HEADER + "MR1,growth,1,nM,,,\n", "second.csv")


def test_a_compound_with_several_structures_needs_its_smiles(output: Path) -> None:
    write_screen(output, "pond", {"MR1": CAFFEINE})
    with pytest.raises(InputError, match="several structures in"):
        bring(output, HEADER + "MR1,x,1,nM,,,\n")


def test_all_lines_are_counted(output: Path) -> None:
    with pytest.raises(
        InputError, match=r"line 2: .*line 6: .*; and 14 more; nothing was imported"
    ):
        bring(output, HEADER + "MR1,x,?,nM,,,\n" * 19)
