rule report:
    input:
        ranking=rules.rank.output.ranking,
        compounds=rules.ledger.output.compounds,
        structures=rules.ledger.output.structures,
        rejects=rules.ledger.output.rejects,
        evidence=rules.curate.output.evidence,
        families=rules.curate.output.families,
        known=rules.dereplicate.output.known,
        pick=rules.pick.output.pick,
        changes=rules.compare.output.changes,
        predictions=rules.predict.output.predictions,
        explanations=rules.explain.output.explanations,
        reading=rules.ingest.output.reading,
        stats=[
            rules.ingest.output.stats,
            rules.standardise.output.stats,
            rules.describe.output.stats,
            rules.predict.output.stats,
            rules.ledger.output.stats,
            rules.curate.output.stats,
            rules.dereplicate.output.stats,
            rules.rank.output.stats,
            rules.pick.output.stats,
            rules.compare.output.stats,
            rules.explain.output.stats,
        ],
    output:
        page=report(
            f"{OUT}{{library}}/report.html",
            caption="captions/report.rst",
            category="Report",
            labels={"library": "{library}"},
        ),
        curation=report(
            f"{OUT}{{library}}/curation.html",
            caption="captions/curation.rst",
            category="Report",
            labels={"library": "{library}"},
        ),
        summary=f"{OUT}{{library}}/stages/report/summary.json",
        stats=f"{OUT}{{library}}/stages/report/stats.json",
    log:
        f"{OUT}logs/{{library}}/report.log",
    benchmark:
        f"{OUT}logs/{{library}}/report.benchmark.tsv"
    conda:
        "../environment.yml"
    params:
        folder=subpath(output.page, parent=True),
        settings=settings_of("report"),
        models=models_options,
        prices=settings_of("accounting"),
        config=CONFIG_JSON,
        config_digest=CONFIG_DIGEST,
        code=code_digest("report"),
    shell:
        "screening report {params.folder:q} {params.models:q}"
        " --config {params.config:q} --config-digest {params.config_digest}"
        " --settings {params.settings:q} --prices {params.prices:q} --stats {output.stats:q} 2> {log:q}"
