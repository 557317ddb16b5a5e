"""Does the ranking find known anti-tumour compounds that are hidden in CMNPD?

    python tests/benchmarks/ranking_validation.py --mirror FOLDER --output DIR \
        [--pictures docs/images] [--workers 2]

Screens FOLDER/marine/cmnpd.csv by the default objectives, once with the shipped bundles and once
with bundles that have seen nothing like any structure of CMNPD (`left_out.py`), and measures how
early marine anti-tumour drugs and what the texts call active (`judged.py`, `tumour_words.tsv`)
stand in each ranking and in those of simpler methods. DIR keeps screen, bundles and predictions;
only what has changed is made again, except after edits of the training code: remove DIR/bundles
then. Writes DIR/metrics.tsv and DIR/drugs.tsv, and prints them. Half an hour to two hours on two
cores.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
from enrichment import METRICS, RESAMPLES, measure, order_of
from judged import (
    COMPARISONS,
    baselines,
    cases,
    drugs_of_reference,
    families,
    methods,
    scores_of,
    training_actives,
)
from left_out import LeftOut, Library, bundles_without
from validation_pictures import draw_metrics

from screening.core.bundle import read_manifest
from screening.core.compute import Compute
from screening.core.config import PredictSettings
from screening.core.objectives import RankSettings
from screening.core.profiles import objectives_of
from screening.predict.structures import predict_structures
from screening.rank.structures import rank_structures
from screening.rank.tables import ScreenTables

SHIPPED = ", nothing left out"
# What the default objectives and limits need, and no more.
SETTINGS = {
    "predict": {"models": ["models/toxicity", "models/activity"]},
    "describe": {"sets": ["rdkit2d", "natural_product"]},
}
SCORES = ("score", "score without caution", "tumour panels alone")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mirror", type=Path, required=True, help="folder of published tables")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--pictures", type=Path, help="folder for ranking_validation.png")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--resamples", type=int, default=RESAMPLES)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    table = judged_table(options.mirror, options.output.absolute(), options.workers, options.seed)
    metrics = measured(table, options.resamples, options.seed)
    metrics.to_csv(options.output / "metrics.tsv", sep="\t", index=False, float_format="%.4f")
    print(as_markdown(metrics))
    drugs = drug_places(table)
    drugs.to_csv(options.output / "drugs.tsv", sep="\t", index=False, float_format="%.4f")
    print(drugs.to_string(index=False))
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
        draw_metrics(metrics, options.pictures / "ranking_validation.png")


def judged_table(mirror: Path, output: Path, workers: int, seed: int) -> pd.DataFrame:
    """One row a stereo family of CMNPD: what is known of it, and every method's score."""
    screen = screened(mirror, output, workers)
    table = families(screen)
    objectives = objectives_of(RankSettings())
    wanted = {column for one in objectives for column in (one.column, one.over) if column}
    library = Library(table["smiles"].to_dict(), wanted)
    left_out = bundles_without(library, mirror, output / "bundles", workers)
    drugs = drugs_of_reference()
    named = drugs.drop_duplicates("flat_key").set_index("flat_key")["name"]
    table["drug"] = named.reindex(table.index).fillna("")
    table["is_drug"] = table["drug"] != ""
    ranking = ranked_without(screen, left_out, output, workers)
    table = table.join(scores_of(ranking, "")).join(scores_of(screen / "ranking.parquet", SHIPPED))
    activity = left_out[-1].folder
    endpoints = [item.id for item in read_manifest(activity).endpoints]
    actives = training_actives(activity, endpoints)
    print(f"{len(actives)} training actives left; {[vars(item) for item in left_out]}")
    for name, scores in baselines(table, actives, drugs, seed).items():
        table[name] = scores
    return table


def screened(mirror: Path, output: Path, workers: int) -> Path:
    """The folder of CMNPD's screen with the shipped bundles."""
    output.mkdir(parents=True, exist_ok=True)
    config = output / "screen.yaml"
    config.write_text(json.dumps(SETTINGS), encoding="utf-8")
    command = [
        *(str(Path(sys.executable).parent / "screening"), "run", str(mirror / "marine/cmnpd.csv")),
        *("--output", str(output / "screen"), "--config", str(config), "--cores", str(workers)),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return output / "screen/cmnpd"


def ranked_without(screen: Path, left_out: Sequence[LeftOut], output: Path, workers: int) -> Path:
    """The ranking by bundles that have seen nothing like CMNPD; all else is the screen's."""
    folder = output / "left_out"
    folder.mkdir(exist_ok=True)
    predictions = folder / "predictions.parquet"
    predict_structures(
        screen / "structures.parquet",
        predictions,
        folder / "lost.parquet",
        PredictSettings(models=tuple(str(item.folder) for item in left_out)),
        Compute(n_workers=workers, store=output / "store"),
    )
    tables = replace(ScreenTables.of_screen(screen), predictions=predictions)
    rank_structures(tables, folder / "ranking.parquet", settings=RankSettings())
    return folder / "ranking.parquet"


def measured(table: pd.DataFrame, n: int, seed: int) -> pd.DataFrame:
    """Metrics with their intervals: one row a comparison and method."""
    names = [
        *SCORES,
        *(name for name in table if name.startswith("similarity")),
        *("molecular weight", "random"),
        *(name + SHIPPED for name in SCORES),
    ]
    rows = []
    for comparison in COMPARISONS:
        chosen, active = cases(table, comparison)
        orders = {
            name: order_of(scores, list(chosen.index))
            for name, scores in methods(chosen, names).items()
        }
        for name, found in measure(active, orders, n, seed).items():
            row: dict[str, object] = {"comparison": comparison, "method": name}
            row |= {"actives": int(active.sum()), "decoys": int((~active).sum())}
            for metric, (value, low, high) in found.items():
                row |= {metric: value, f"{metric}_low": low, f"{metric}_high": high}
            rows.append(row)
    return pd.DataFrame(rows)


def as_markdown(metrics: pd.DataFrame) -> str:
    """One table a comparison; in each cell the value and its 95 % interval."""
    lines = []
    for comparison, rows in metrics.groupby("comparison", sort=False):
        first = rows.iloc[0]
        lines += ["", f"{comparison}: {first['actives']:,} and {first['decoys']:,} decoys", ""]
        lines += ["| method | EF 1 % | EF 5 % | BEDROC | ROC AUC |", "| --- " * 5 + "|"]
        for _, row in rows.iterrows():
            cells = [row["method"]]
            for metric in METRICS:
                digits = 1 if metric.startswith("ef") else 2
                value, low, high = (row[metric + end] for end in ("", "_low", "_high"))
                cells.append(f"{value:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})")
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def drug_places(table: pd.DataFrame) -> pd.DataFrame:
    """Where each drug stands among all families, as the share of them that stand before it."""
    found = {"drug": table["drug"], "verdict of the texts": table["verdict"]}
    for name in (*SCORES, "score" + SHIPPED, "similarity to marine drugs", "molecular weight"):
        order = order_of(table[name].to_numpy(float), list(table.index))
        place = pd.Series(range(1, len(order) + 1), index=table.index[order])
        found[name] = place.reindex(table.index) / len(order)
    places = pd.DataFrame(found)
    return places[table["is_drug"]].sort_values("score")


if __name__ == "__main__":
    main()
