"""The model card, generated from the manifest alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from screening.core.bundle import BundleManifest, EndpointSpec
from screening.core.markdown import escape_markdown
from screening.train.outcome import NOTABLE, RANK_METRIC

_LIMITS = """\
- Stereochemistry is not seen: labels are merged over stereoisomers, and stereoisomers get the same
  prediction. Cytarabine, a cytostatic, and cytidine, a nutrient, are one compound here.
- The training tables hold synthetic, drug-like compounds in the main. Most marine natural products
  (macrolides, polyethers, cyclic peptides, polyhalogenated terpenes, large alkaloids) are unlike
  them: see the share in domain below, and read `__in_domain` of every prediction. Outside the
  domain a value may say little more than the base rate; the error by verdict is below.
- Charged and zwitterionic forms are predicted as the neutral parent; metals, salts and the other
  parts of mixtures are not seen.
- A probability is that of the assay's own definition of "active", at its concentration, in its
  library; it is no statement about an organism or a patient.
- `__std` is the spread of networks, trees and neighbours, by their shares. It measures doubt of the
  models, not noise of the assay.
- Regression intervals are split-conformal: they hold on average over structures like those held
  out, not for each structure, and not outside the domain.
"""


# Citations of several papers, and descriptions in a few sentences.
_TEXT_CHARS = 2_000


def _number(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _shown(text: str) -> str:
    """Text from tables and recipes, of which nothing is markup."""
    return escape_markdown(text, _TEXT_CHARS)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _table(header: list[str], rows: list[list[str]]) -> str:
    return "\n".join([_row(header), _row(["---"] * len(header)), *map(_row, rows)])


def _beside(item: EndpointSpec, name: str, digits: int = 3) -> list[str]:
    """A metric of the bundle, of its three parts alone, and beside the forest."""
    of = ("joined", "network", "trees", "neighbours", "beside_forest", "forest")
    found = [item.metrics.get(one, {}).get(name) for one in of]
    return [_number(value, digits) for value in found]


def _accuracy(endpoints: list[EndpointSpec], metrics: tuple[tuple[str, str], ...]) -> str:
    blocks = []
    for name, title in metrics:
        rows = [[item.id, str(item.n_train), *_beside(item, name)] for item in endpoints]
        header = [
            "endpoint",
            "labels",
            title,
            "networks alone",
            "trees alone",
            "neighbours alone",
            "on the forest's rows",
        ]
        blocks.append(_table([*header, "forest"], rows))
    return "\n\n".join(blocks)


def _calibration(manifest: BundleManifest) -> str:
    shares = manifest.training["shares"]
    rows = []
    for item in manifest.endpoints:
        joined = item.metrics["joined"]
        errors = [_number(joined.get(name)) for name in ("ece", "ece_of_chance")]
        covered = _number(joined.get("interval_coverage"))
        parts = " / ".join(f"{part:.0%}" for part in shares[item.id].values())
        rows.append([item.id, parts, _number(item.positive_share), *errors, covered, _curve(item)])
    header = [
        "endpoint",
        "networks / trees / neighbours",
        "positive",
        "ECE",
        "by chance",
        "90 % interval covers",
    ]
    return _table([*header, "predicted → observed, by tenths of the structures"], rows)


def _curve(item: EndpointSpec) -> str:
    curve = item.metrics.get("reliability", {})
    points = []
    for number in range(len(curve) // 2):
        predicted, observed = curve[f"predicted_{number}"], curve[f"observed_{number}"]
        points.append(f"{_number(predicted, 2)} → {_number(observed, 2)}")
    return ", ".join(points[::3]) if points else "–"


def _sources(manifest: BundleManifest) -> str:
    unique = {source.table: source for item in manifest.endpoints for source in item.sources}
    rows = [
        [
            _shown(source.table),
            _shown(source.citation + (f", doi:{source.doi}" if source.doi else "")),
            _shown(source.upstream),
            _shown(source.licence),
            "yes" if source.redistributable else "no",
        ]
        for source in unique.values()
    ]
    return _table(["table", "citation", "published at", "licence", "may be passed on"], rows)


def _meaning(manifest: BundleManifest) -> str:
    rows = [
        [
            item.id,
            _shown(item.description),
            _shown(item.unit),
            _shown(item.direction),
            _shown(", ".join(f"{source.table}:{source.column}" for source in item.sources)),
        ]
        for item in manifest.endpoints
    ]
    return _table(["endpoint", "meaning", "unit", "direction", "labels from"], rows)


def _merging(manifest: BundleManifest) -> str:
    rows = []
    for item in manifest.endpoints:
        counts: dict[str, Any] = manifest.training["counts"][item.id]
        rows.append(
            [
                item.id,
                *(
                    str(counts[name])
                    for name in (
                        "rows",
                        "rejected_rows",
                        "excluded_rows",
                        "merged_rows",
                        "disagreements",
                        "conflicts_dropped",
                        "structures",
                    )
                ),
            ]
        )
    header = ["endpoint", "rows", "rejected", "TDC test, left out", "merged", "disagreeing"]
    return _table([*header, "ties dropped", "structures"], rows)


def _domain(manifest: BundleManifest) -> str:
    marine = manifest.training["marine"]
    rows = []
    for index, item in enumerate(manifest.endpoints):
        limits = item.domain
        cells = [
            item.id,
            f"{limits.similarity_in:.2f} / {limits.similarity_edge:.2f}",
            f"{limits.distance_in:.1f} / {limits.distance_edge:.1f}",
            " / ".join(
                f"{_number(item.metrics[name]['error'], 2)} ({item.metrics[name]['n']:.0f})"
                for name in ("in", "edge", "out")
            ),
        ]
        if marine:
            shares = (marine["verdicts"][name][index] for name in ("in", "edge", "out"))
            cells += [" / ".join(f"{share:.0%}" for share in shares)]
            cells += [f"{marine['median_similarity'][index]:.2f}"]
        rows.append([*cells, limits.reason])
    header = ["endpoint", "similarity in / edge", "distance in / edge", "error in / edge / out"]
    if marine:
        header += [f"{_shown(marine['library'])} in / edge / out", "median similarity"]
    return _table([*header, "similarity from"], rows)


def _marine_note(manifest: BundleManifest) -> str:
    marine = manifest.training["marine"]
    if not marine:
        return ""
    return (
        f" Of {_shown(marine['library'])} ({marine['structures']} flat structures), a random "
        f"sample of {marine['sample']} was looked at; none of it is kept."
    )


def _against_forest(endpoints: tuple[EndpointSpec, ...]) -> str:
    """Names the endpoints where the forest ranks better, which a reader should not have to find."""
    worse = []
    for item in endpoints:
        name = RANK_METRIC[item.kind]
        joined, forest = item.metrics["beside_forest"][name], item.metrics["forest"][name]
        if joined is not None and forest is not None and forest > joined + NOTABLE:
            worse.append(item.id)
    if not worse:
        return f"On no endpoint does the forest rank better by more than {NOTABLE}."
    return (
        f"The forest ranks better by more than {NOTABLE} (AUROC, Spearman's rho) on "
        f"{len(worse)} of {len(endpoints)} endpoints: {', '.join(worse)}."
    )


def _warnings(training: Mapping[str, Any]) -> list[str]:
    """Of a bundle that has any; those of an earlier format have none."""
    found = training.get("warnings")
    return ["## Be wary", "\n".join(f"- {text}" for text in found)] if found else []


def _mean_errors(endpoints: tuple[EndpointSpec, ...]) -> str:
    """Over all endpoints that have structures of every verdict, each weighing the same."""
    cases = [[item.metrics[name]["error"] for name in ("in", "edge", "out")] for item in endpoints]
    whole = [case for case in cases if None not in case]
    if not whole:
        return "No endpoint has structures of all three verdicts."
    means = [
        sum(value or 0.0 for value in column) / len(whole) for column in zip(*whole, strict=True)
    ]
    inside, edge, outside = (f"{mean:.2f}" for mean in means)
    return (
        f"Mean relative error over the {len(whole)} endpoints with structures of every verdict: "
        f"`in` {inside}, `edge` {edge}, `out` {outside}."
    )


_CALIBRATION = """\
Networks, trees and the vote of the five nearest labelled structures are blended by the shares of
the first column, and the blend calibrated, on predictions of structures that none of them had seen.
Neighbours whose labels the bundle may not carry have no share. Platt scaling, isotonic regression
where it wins by cross-fitting, nothing where a class has fewer than 10 structures. Intervals of
values are split-conformal. The numbers below are of structures that the calibration had not seen
either; ECE is over ten bins of equal count, and by chance that of a perfect forecast with these
probabilities on so many structures."""

_DOMAIN = """\
`in`: the nearest training structure with a label is similar enough (Tanimoto on Morgan counts,
radius 2, 2048 bins) and the structure lies where the first network has learned (distance in the
space of its last hidden layer, 16 principal components, to the nearest dense place). `out`: one of
the two fails by far. `edge`: between. The limits of similarity are where the skill over the base
value is two thirds and one third of that of the likest structures, those of distance the 99 % and
99.9 % quantiles of structures held out. The error is relative to that of predicting the base value
(Brier score, or mean absolute error; below 1 is better than knowing nothing), of structures that
neither network nor neighbours had seen, their number in brackets."""


def _duration(training: Mapping[str, Any]) -> str:
    """What the training took; unknown where its steps were run one by one."""
    told = [f", {training['seconds']:.0f} s of wall time"] if "seconds" in training else []
    if cost := training.get("cost"):
        told.append(f", {cost['cpu_seconds']:.0f} s of processor time")
        told += [f", {cost['gpu_seconds']:.0f} s of GPU time"] if cost["gpu_seconds"] else []
        told.append(f", {cost['peak_memory_mib']:.0f} MiB at most")
        energy = cost["energy_wh"]
        told.append(", energy not measurable there" if energy is None else f", {energy:.1f} Wh")
        if cost["price"] is not None:
            told.append(f", {cost['price']:.2f} {escape_markdown(cost['currency'])}")
    return "".join(told)


def _how(manifest: BundleManifest) -> str:
    training = manifest.training
    trees = training["trees"]
    return (
        f"{manifest.architecture['members']} multi-task graph networks (GINE) joined with Morgan "
        f"counts, and for each endpoint boosted trees (XGBoost, {trees['rounds']} of "
        f"{trees['leaves']} leaves) on Morgan counts and descriptors; features "
        f"`{manifest.feature_version}`. Split by {training['split']['method']}, seed "
        f"{training['split']['seed']}: {training['structures']['learned']} structures to learn "
        f"from, {training['structures']['test']} for a test. A network learns from all folds but "
        f"one; the shipped trees from all. Labels merged by flat structure (first block of the "
        f"InChIKey). Training digest `{training['digest'][:16]}`, seed "
        f"{training['settings']['seed']}, on {training['device']}{_duration(training)}."
    )


def render_card(manifest: BundleManifest) -> str:
    """Markdown of the card."""
    training = manifest.training
    classes = [item for item in manifest.endpoints if item.kind == "classification"]
    values = [item for item in manifest.endpoints if item.kind == "regression"]
    baseline = training["baseline"]
    sections = [
        f"# {_shown(f'{manifest.name} {manifest.version}')}",
        _shown(manifest.description),
        "## What it predicts",
        _meaning(manifest),
        "## How it was trained",
        _how(manifest),
        f"## Accuracy, on {training['measured_on']}",
        "Every structure is predicted by models that have not seen its scaffold. Last two columns: "
        "the same rows, the bundle beside a random forest on Morgan counts of "
        f"{baseline['trees']} trees ({baseline['trees_large']} above {baseline['large_rows']} "
        f"rows).",
    ]
    if classes:
        sections.append(_accuracy(classes, (("auroc", "AUROC"), ("auprc", "AUPRC"))))
    if values:
        sections.append(_accuracy(values, (("mae", "MAE"), ("spearman", "Spearman"))))
    sections += [
        _against_forest(manifest.endpoints),
        *_warnings(training),
        "## Calibration",
        _CALIBRATION,
        _calibration(manifest),
        "## Domain",
        _DOMAIN + _marine_note(manifest),
        _mean_errors(manifest.endpoints),
        _domain(manifest),
        "## Known limits",
        _LIMITS,
        "## Labels",
        _merging(manifest),
        "## Sources and licences",
        _sources(manifest),
    ]
    return "\n\n".join(section.strip() for section in sections) + "\n"
