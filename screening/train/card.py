"""The model card, generated from the manifest alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from screening.core.bundle import BundleManifest, EndpointSpec

_NOTABLE = 0.02
_LIMITS = """\
- Stereochemistry is not seen: labels are merged over stereoisomers, and stereoisomers get the same
  prediction. Cytarabine, a cytostatic, and cytidine, a nutrient, are one compound here.
- The training tables hold synthetic, drug-like compounds in the main. Most marine natural products
  (macrolides, polyethers, cyclic peptides, polyhalogenated terpenes, large alkaloids) are unlike
  them: see the share in domain below, and read `__in_domain` of every prediction. Outside the
  domain a value says little more than the base rate.
- Charged and zwitterionic forms are predicted as the neutral parent; metals, salts and the other
  parts of mixtures are not seen.
- A probability is that of the assay's own definition of "active", at its concentration, in its
  library; it is no statement about an organism or a patient.
- `__std` is the spread of the ensemble. It measures doubt of the network, not noise of the assay.
- Regression intervals are split-conformal: they hold on average over structures like those of
  the validation part, not for each structure, and not outside the domain.
"""


def _number(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _table(header: list[str], rows: list[list[str]]) -> str:
    return "\n".join([_row(header), _row(["---"] * len(header)), *map(_row, rows)])


def _classification(endpoints: list[EndpointSpec]) -> str:
    rows = []
    for item in endpoints:
        network, forest = item.metrics["network"], item.metrics["forest"]
        rows.append(
            [
                item.id,
                f"{item.n_train}/{item.n_validation}/{item.n_test}",
                _number(item.positive_share),
                _number(network["auroc"]),
                _number(forest["auroc"]),
                _number(network["auprc"]),
                _number(forest["auprc"]),
                _number(network["ece"]),
                _number(network["in_domain_share"], 2),
            ]
        )
    header = ["endpoint", "train/val/test", "positive", "AUROC", "AUROC forest", "AUPRC"]
    return _table([*header, "AUPRC forest", "ECE", "in domain"], rows)


def _regression(endpoints: list[EndpointSpec]) -> str:
    rows = []
    for item in endpoints:
        network, forest = item.metrics["network"], item.metrics["forest"]
        rows.append(
            [
                f"{item.id} ({item.unit})",
                f"{item.n_train}/{item.n_validation}/{item.n_test}",
                *(
                    _number(source[name])
                    for name in ("mae", "r2", "spearman")
                    for source in (network, forest)
                ),
                _number(network["interval_coverage"], 2),
                _number(network["in_domain_share"], 2),
            ]
        )
    header = ["endpoint (unit)", "train/val/test", "MAE", "MAE forest", "R2", "R2 forest"]
    return _table(
        [*header, "Spearman", "Spearman forest", "90 % interval covers", "in domain"], rows
    )


def _sources(manifest: BundleManifest) -> str:
    unique = {source.table: source for item in manifest.endpoints for source in item.sources}
    rows = [
        [
            source.table,
            source.citation + (f", doi:{source.doi}" if source.doi else ""),
            source.upstream,
            source.licence,
            "yes" if source.redistributable else "no",
        ]
        for source in unique.values()
    ]
    return _table(["table", "citation", "published at", "licence", "structures in bundle"], rows)


def _meaning(manifest: BundleManifest) -> str:
    rows = [
        [
            item.id,
            item.description,
            item.unit,
            item.direction,
            ", ".join(f"{source.table}:{source.column}" for source in item.sources),
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
        inside = item.metrics["network_in_domain"]
        name = "auroc" if item.kind == "classification" else "mae"
        cells = [
            item.id,
            f"{item.similarity_threshold:.2f}",
            f"{name.upper()} {_number(inside[name])} (n = {inside['n']:.0f})",
        ]
        if marine:
            cells += [f"{marine['share'][index]:.1%}", f"{marine['median_similarity'][index]:.2f}"]
        rows.append([*cells, item.similarity_reason])
    header = ["endpoint", "similarity from", "test, in domain only"]
    if marine:
        header += [f"{marine['library']} in domain", "median similarity"]
    return _table([*header, "threshold from"], rows)


def _marine_note(manifest: BundleManifest) -> str:
    marine = manifest.training["marine"]
    if not marine:
        return ""
    return (
        f" Of {marine['library']} ({marine['structures']} flat structures), a random sample of "
        f"{marine['sample']} was looked at; none of it is kept."
    )


def _against_forest(endpoints: tuple[EndpointSpec, ...]) -> str:
    """Names the endpoints where the forest ranks better, which a reader should not have to find."""
    worse = []
    for item in endpoints:
        name = "auroc" if item.kind == "classification" else "spearman"
        network, forest = item.metrics["network"][name], item.metrics["forest"][name]
        if network is not None and forest is not None and forest > network + _NOTABLE:
            worse.append(item.id)
    if not worse:
        return f"On no endpoint does the forest rank better by more than {_NOTABLE}."
    return (
        f"The forest ranks better by more than {_NOTABLE} (AUROC, Spearman's rho) on "
        f"{len(worse)} of {len(endpoints)} endpoints: {', '.join(worse)}."
    )


def _calibration_notes(manifest: BundleManifest) -> str:
    settings = manifest.training["settings"]
    return (
        "Fitted on the validation part, which also stopped the training: Platt scaling, isotonic "
        "regression where it wins by cross-fitting, nothing where a class has fewer than 10 "
        "structures there. ECE above is on the test part, over ten bins of equal count. "
        f"Ensemble of {settings['members']} networks; all reported numbers are of the weights as "
        "stored (float16)."
    )


def _duration(training: Mapping[str, Any]) -> str:
    """Wall time of the training; unknown where its steps were run one by one."""
    return f", {training['seconds']:.0f} s of wall time" if "seconds" in training else ""


def render_card(manifest: BundleManifest) -> str:
    """Markdown of the card."""
    training = manifest.training
    classes = [item for item in manifest.endpoints if item.kind == "classification"]
    values = [item for item in manifest.endpoints if item.kind == "regression"]
    sizes = training["structures"]
    baseline = training["baseline"]
    sections = [
        f"# {manifest.name} {manifest.version}",
        manifest.description,
        "## What it predicts",
        _meaning(manifest),
        "## How it was trained",
        f"Graph network (GINE) joined with Morgan counts, multi-task; features "
        f"`{manifest.feature_version}`. Split by {training['split']['method']}, seed "
        f"{training['split']['seed']}: {sizes['train']} train, {sizes['validation']} validation, "
        f"{sizes['test']} test structures. Labels merged by flat structure (first block of the "
        f"InChIKey). Training digest `{training['digest'][:16]}`, seed "
        f"{training['settings']['seed']}, on {training['device']}{_duration(training)}.",
        "## Test part, next to a random forest on the same rows",
        f"Forest: Morgan counts (radius 2, 2048), {baseline['trees']} trees "
        f"({baseline['trees_large']} above {baseline['large_rows']} rows).",
    ]
    if classes:
        sections.append(_classification(classes))
    if values:
        sections.append(_regression(values))
    sections += [
        _against_forest(manifest.endpoints),
        "## Calibration",
        _calibration_notes(manifest),
        "## Domain",
        "Tanimoto similarity (Morgan, radius 2, 2048 bits) to the nearest training structure that "
        "has a label for the endpoint." + _marine_note(manifest),
        _domain(manifest),
        "## Known limits",
        _LIMITS,
        "## Labels",
        _merging(manifest),
        "## Sources and licences",
        _sources(manifest),
    ]
    return "\n\n".join(section.strip() for section in sections) + "\n"
