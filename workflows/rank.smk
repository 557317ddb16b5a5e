rule rank:
    input:
        structures=rules.ledger.output.structures,
        compounds=rules.ledger.output.compounds,
        descriptors=rules.describe.output.descriptors,
        predictions=rules.predict.output.predictions,
        evidence=rules.curate.output.evidence,
        families=rules.curate.output.families,
        known=rules.dereplicate.output.known,
        decisions=decisions_file,
        assays=assays_file,
    output:
        ranking=directory(f"{OUT}{{library}}/ranking.parquet"),
        table=report(
            f"{OUT}{{library}}/ranking.csv",
            caption="captions/ranking.rst",
            category="Ranking",
            labels={"library": "{library}"},
        ),
        stats=f"{OUT}{{library}}/stages/rank/stats.json",
    log:
        f"{OUT}logs/{{library}}/rank.log",
    benchmark:
        f"{OUT}logs/{{library}}/rank.benchmark.tsv"
    conda:
        "../environment.yml"
    params:
        folder=subpath(output.ranking, parent=True),
        settings=settings_of("rank"),
        decisions=decisions_option,
        assays=assays_option,
        code=code_digest("rank"),
    shell:
        "screening rank {params.folder:q} {params.decisions:q} {params.assays:q}"
        " --settings {params.settings:q} --stats {output.stats:q} 2> {log:q}"
