"""A whole screen of two small libraries: every rule, from the file to the MLflow run and its pages.

In one file, since one process has to have all that works on one screen. A name that became markup
would open an alert in the browser, and then the driver refuses every further step.
"""

import csv
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from screening.track.views import run_page
from tests.workflow.mlflow_page import MlflowPage
from tests.workflow.screen import DIRTY, RULES, Screen

TAXA = """id,aphiaid_worms,name_aphia_worms,environment_aphia_worms
1,1,Digenea simplex,Marine
2,2,Streptomyces,Marine/Terrestrial
"""
HOSTILE = ("=cmd|' /C calc'!A0", "<script>alert('halogens')</script>")


def test_every_rule_ran_for_both_libraries(screen: Screen) -> None:
    for library in ("dirty", "corals"):
        for rule in RULES:
            assert (screen.output / "logs" / library / f"{rule}.benchmark.tsv").exists()


def test_no_record_is_lost(screen: Screen) -> None:
    with DIRTY.open(encoding="utf-8", newline="") as stream:
        n_rows = sum(1 for _ in csv.DictReader(stream))
    summary = screen.summary("dirty")
    compounds, rejects = screen.table("dirty", "compounds"), screen.table("dirty", "rejects")
    assert summary["n_records"] == n_rows == len(compounds) + len(rejects)
    assert summary["n_compounds"] == len(compounds)
    assert summary["n_rejects"] == len(rejects)
    numbers = [row["record_number"] for row in (*compounds, *rejects)]
    assert sorted(numbers) == list(range(1, n_rows + 1))
    assert all(row["code"] and row["detail"] and row["fix"] for row in rejects)


def test_every_structure_is_ranked_once(screen: Screen) -> None:
    structures = {row["structure_id"] for row in screen.table("dirty", "structures")}
    ranking = screen.table("dirty", "ranking")
    assert [row["rank"] for row in ranking] == list(range(1, len(structures) + 1))
    assert {row["structure_id"] for row in ranking} == structures
    assert {row["structure_id"] for row in screen.table("dirty", "predictions")} == structures
    assert {row["structure_id"] for row in screen.table("dirty", "descriptors")} == structures
    compounds = {row["compound_id"] for row in screen.table("dirty", "compounds")}
    assert {i for row in ranking for i in row["compound_ids"]} == compounds
    assert screen.summary("dirty")["n_ranked"] == len(structures)


def test_the_closing_names_the_best_and_where_to_look(screen: Screen) -> None:
    closing = (screen.output / "closing.txt").read_text()
    best = screen.table("dirty", "ranking")[0]
    assert str(best["name"]) in closing
    assert "report.html" in closing
    assert "screening ui" in closing or "make ui" in closing


def test_hostile_names_are_text_in_every_output(screen: Screen) -> None:
    page = (screen.output / "dirty/report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    with (screen.output / "dirty/ranking.csv").open(encoding="utf-8-sig", newline="") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert any(cell.startswith("'=cmd") for cell in cells)
    assert not any(cell.startswith(("=", "@", "\t")) for cell in cells)


def test_the_summary_states_cost_and_run(screen: Screen) -> None:
    summary = screen.summary("dirty")
    stages = summary["stages"]
    assert isinstance(stages, dict)
    assert RULES - {"track"} <= set(stages)
    assert all(stage["seconds"] > 0 and stage["peak_memory_mib"] > 0 for stage in stages.values())
    # Dask's workers have ended, and count.
    assert stages["describe"]["cpu_seconds"] > 1
    total = summary["costs"]["total"]["cpu_seconds"]
    assert total == pytest.approx(sum(stage["cpu_seconds"] for stage in stages.values()), abs=0.1)
    best = summary["best"]
    assert isinstance(best, list)
    assert len(best) == 10
    assert summary["mlflow_run_id"]


def test_each_library_is_one_mlflow_run(screen: Screen) -> None:
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{screen.output / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("marine screening")
    found = client.search_runs([experiment.experiment_id], "tags.kind = 'screen'")
    runs = {run.info.run_id: run for run in found}
    assert set(runs) == {screen.summary(name)["mlflow_run_id"] for name in ("dirty", "corals")}
    run = runs[str(screen.summary("dirty")["mlflow_run_id"])]
    assert run.data.metrics["n_records"] == screen.summary("dirty")["n_records"]
    assert run.inputs.dataset_inputs


def test_snakemake_makes_its_own_report(screen: Screen) -> None:
    page = screen.output / "workflow-report.html"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "snakemake"),
            *("--snakefile", str(screen.project / "Snakefile")),
            *("--directory", str(screen.output)),
            *("--configfile", str(screen.output / "config.json")),
            *("--report", str(page)),
        ],
        cwd=screen.project,
        env={**os.environ, "PYTHONPATH": str(screen.project)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "ranking.csv" in page.read_text(encoding="utf-8")


def test_reruns_do_just_what_is_needed(screen: Screen) -> None:
    """In one test, since each step starts from the state that the step before left."""
    run_id = screen.summary("dirty")["mlflow_run_id"]
    assert screen.run([screen.dirty, screen.corals]).returncode == 0
    assert screen.ran() == set()
    assert screen.summary("dirty")["mlflow_run_id"] == run_id

    caution = {"caution": 0.5}
    changed = screen.run([screen.dirty], rank=caution)
    assert changed.returncode == 0, changed.stderr
    assert screen.ran() == {"rank", "pick", "compare", "explain", "report", "track"}
    changes = screen.summary("dirty")["changes"]
    assert isinstance(changes, dict)
    assert changes["previous"]["mlflow_run_id"] == run_id
    assert changes["differences"] == ["setting rank.caution: 1.0 → 0.5"]
    causes = {tuple(row["causes"]) for row in screen.table("dirty", "changes")}
    assert causes <= {("settings",), ()}
    assert ("settings",) in causes
    assert screen.run([screen.dirty], rank=caution).returncode == 0
    assert screen.ran() == set()

    module = screen.project / "screening/report/__init__.py"
    module.write_text(module.read_text() + "\n# edited\n")
    edited = screen.run([screen.dirty], rank=caution)
    assert edited.returncode == 0, edited.stderr
    assert screen.ran() == {"report", "track"}
    assert screen.summary("dirty")["changes"] == changes


def test_decisions_and_assay_results_come_back_with_the_next_screen(
    screen: Screen, tmp_path: Path
) -> None:
    """Set in MLflow, or imported, shown by the next screen; nothing else is computed anew."""
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{screen.output / 'mlflow.db'}")
    before = screen.summary("dirty")
    below = f"tags.screen = '{before['mlflow_run_id']}'"
    experiments = [str(before["mlflow_experiment_id"])]
    best, second = client.search_runs(experiments, below, order_by=["metrics.rank ASC"])[:2]
    assayed = second.data.tags["structure_id"]
    bench = tmp_path / "bench.csv"
    bench.write_text(f"structure_id,endpoint,value\n{assayed},HDAC1 IC50,> 50 µM\n", "utf-8")
    brought = screen.screening("results", "import", str(bench), "--output", str(screen.output))
    assert brought.returncode == 0, brought.stderr
    client.set_tag(best.info.run_id, "decision", "Reject ")
    client.set_tag(best.info.run_id, "note", "=known toxin")
    taken = screen.screening("decisions", str(screen.output))
    assert taken.returncode == 0, taken.stderr
    assert "0 advance, 0 hold, 1 reject" in taken.stdout
    done = screen.run([screen.dirty], rank={"caution": 0.5})
    assert done.returncode == 0, done.stderr
    assert screen.ran() == {"rank", "pick", "compare", "explain", "report", "track"}
    rejected = best.data.tags["structure_id"]
    ranked = {row["structure_id"]: row for row in screen.table("dirty", "ranking")}
    assert ranked[rejected]["decision"] == "reject"
    assert ranked[rejected]["decision_note"] == "=known toxin"
    assert ranked[assayed]["assayed"] == ["HDAC1 IC50: pIC50 < 4.30 (n=1)"]
    assert not {rejected, assayed} & {row["structure_id"] for row in screen.table("dirty", "pick")}
    assert screen.screening("decisions", str(screen.output)).returncode == 0
    assert screen.run([screen.dirty], rank={"caution": 0.5}).returncode == 0
    assert screen.ran() == set()
    broken = screen.output / "decisions.csv"
    kept = broken.read_text(encoding="utf-8")
    broken.write_text(kept.replace("reject", "rejected"), encoding="utf-8")
    refused = screen.run([screen.dirty], rank={"caution": 0.5})
    broken.write_text(kept, encoding="utf-8")
    assert refused.returncode == 2
    assert "decisions.csv, line 2: decision 'rejected'; write advance" in refused.stderr


def test_what_curation_finds_reaches_the_ranking(screen: Screen) -> None:
    """Quarantine and stereo families; without a table of taxa nothing is known of the sea."""
    ranking = {row["name"]: row for row in screen.table("dirty", "ranking")}
    assert ranking["cytarabine"]["quarantine"] == ["approved drug: cytarabine (CHEMBL803, 1969)"]
    assert ranking["L-alanine"]["n_stereo_family"] == 2
    assert {row["marine"] for row in ranking.values()} == {"unknown"}
    reading = json.loads((screen.output / "dirty/stages/ingest/reading.json").read_text())
    (file,) = reading["files"]
    assert (file["encoding"], file["delimiter"], file["roles"]["smiles"]) == (
        *("utf-8", ","),
        ["smiles"],
    )
    page = (screen.output / "dirty/curation.html").read_text(encoding="utf-8")
    assert "unclosed ring" in page
    assert "<script>alert" not in page


def fill_in_one(sheet: Path, smiles: str) -> str:
    """Correct the last reject in the user's sheet, and give its record number."""
    with sheet.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    rows[-1]["corrected_structure"] = smiles
    with sheet.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return rows[-1]["record_number"]


def test_corrected_records_and_taxa_are_computed_alone(screen: Screen, tmp_path: Path) -> None:
    """Everything else comes from the store."""
    taxa = tmp_path / "taxa.csv"
    taxa.write_text(TAXA)
    before = screen.summary("dirty")
    not_given = fill_in_one(screen.output / "dirty/rejects.csv", "CCO")
    mended = {"open ring": "C1CCCC1", "five bonds": "CC(C)(C)C"}
    with (screen.output / "dirty/rejects.csv").open(encoding="utf-8-sig", newline="") as sheet:
        rows = list(csv.DictReader(sheet))
    corrected = tmp_path / "corrected.csv"
    with corrected.open("w", encoding="utf-8", newline="") as sheet:
        writer = csv.DictWriter(sheet, rows[0])
        writer.writeheader()
        for row in rows:
            writer.writerow({**row, "corrected_structure": mended.get(row["name"], "")})
    given = ("--corrections", str(corrected))
    done = screen.run([screen.dirty], *given, curate={"taxa": str(taxa)})
    assert done.returncode == 0, done.stderr
    for stage in ("standardise", "describe", "predict"):
        stats = json.loads((screen.output / f"dirty/stages/{stage}/stats.json").read_text())
        total = "n_records" if stage == "standardise" else "n_structures"
        assert stats["n_known"] == stats[total] - len(mended), stage
    after = screen.summary("dirty")
    assert after["n_records"] == before["n_records"]
    assert after["n_rejects"] == before["n_rejects"] - len(mended)
    ranking = {row["name"]: row for row in screen.table("dirty", "ranking")}
    assert ranking["open ring"]["smiles"] == "C1CCCC1"
    assert ranking["kainic acid"]["marine"] == "marine"
    assert ranking["kainic acid"]["aphia_ids"] == [1]
    with (screen.output / "dirty/rejects.csv").open(encoding="utf-8-sig", newline="") as sheet:
        filled = {row["record_number"]: row["corrected_structure"] for row in csv.DictReader(sheet)}
    assert filled.pop(not_given) == "CCO"  # the user's own sheet outlives the corrections given
    assert set(filled.values()) == {""}
    compounds = {row["name"]: row for row in screen.table("dirty", "compounds")}
    assert "was C1CCCC" in json.loads(str(compounds["open ring"]["extra"]))["correction"]


def test_without_its_server_the_screen_finishes(screen: Screen) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        away = {"uri": f"http://127.0.0.1:{taken.getsockname()[1]}"}
        done = screen.run([screen.corals], tracking=away)
        assert done.returncode == 0, done.stderr
        assert "no MLflow server answers" in done.stderr
        assert f"sync {screen.output}" in done.stdout
        assert screen.summary("corals")["mlflow_run_id"] is None
        assert screen.screening("sync", str(screen.output)).returncode == 2
    again = screen.run([screen.corals])  # its store is on this disk again
    assert again.returncode == 0, again.stderr
    assert screen.summary("corals")["mlflow_run_id"]


def test_a_broken_configuration_is_one_line(screen: Screen, tmp_path: Path) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text("rank: {cautoin: 1}\n")
    output = tmp_path / "results"
    done = screen.screening("run", str(DIRTY), "--output", str(output), "--config", str(settings))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "rank.cautoin" in done.stderr
    assert "did you mean caution?" in done.stderr
    assert not output.exists()


def test_a_library_without_a_valid_structure_is_one_line(screen: Screen, tmp_path: Path) -> None:
    library = tmp_path / "broken.csv"
    library.write_text("name,smiles\na,C1CC\nb,[Na+].[Cl-]\nc,\n")
    output = tmp_path / "results"
    done = screen.screening("run", str(library), "--output", str(output))
    assert done.returncode == 2
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert "broken" in errors[0]
    assert "record 1" in errors[0]
    assert "Traceback" not in done.stderr
    assert not list(output.glob("broken/*.parquet"))
    assert not list(output.rglob("*.partial"))


def test_candidates_open_in_order_and_sort_by_a_column(page: MlflowPage, screen: Screen) -> None:
    picked = sorted(screen.table("dirty", "pick"), key=lambda row: row["rank"])

    page.open(screen.summary("dirty")["mlflow_page"])

    page.wait(lambda: len(page.run_names()) == len(picked), "not one run for each candidate")
    names = page.run_names()
    page.picture("candidates")
    page.sort_by("score_mean")
    first = max(picked, key=lambda row: row["score_mean"])["well"]
    ends = (0, -1)  # the first click may sort either way
    page.wait(lambda: first in {page.run_names()[end].split()[1] for end in ends}, "not sorted")
    page.picture("candidates_sorted")
    assert [name.split()[:2] for name in names] == [
        [f"{row['pick_number']:02d}", row["well"]] for row in picked
    ]


def test_report_is_read_inside_mlflow(page: MlflowPage, screen: Screen) -> None:
    summary = screen.summary("dirty")
    of_run = urlsplit(run_page(summary["mlflow_experiment_id"], summary["mlflow_run_id"]))
    page.open("/#" + of_run.fragment.replace("?", "/artifacts/report.html?"))

    text = page.framed_text()

    page.picture("report")
    assert f"{summary['n_records']} records read" in text


def test_names_are_shown_as_text(page: MlflowPage, screen: Screen) -> None:
    summary = screen.summary("dirty")
    page.open(run_page(summary["mlflow_experiment_id"], summary["mlflow_run_id"]))
    page.wait_for_text("Description")
    for name in HOSTILE:  # they are among its candidates
        page.wait_for_text(name)
    page.picture("screen")


def test_a_decision_set_on_the_page_is_taken_back(page: MlflowPage, screen: Screen) -> None:
    first = min(screen.table("dirty", "pick"), key=lambda row: row["rank"])
    page.open(screen.summary("dirty")["mlflow_page"])
    page.wait(page.run_names, "no candidates")

    page.follow(page.run_names()[0])
    page.wait_for_text("About this run")
    page.set_tag("decision", "reject")
    page.set_tag("note", "cytotoxic to everything")
    page.picture("decision")
    taken = screen.screening("decisions", str(screen.output))
    assert taken.returncode == 0, taken.stderr

    with (screen.output / "decisions.csv").open(encoding="utf-8-sig", newline="") as stream:
        decided = {row["structure_id"]: row for row in csv.DictReader(stream)}
    row = decided[first["structure_id"]]
    assert (row["decision"], row["note"]) == ("reject", "cytotoxic to everything")
