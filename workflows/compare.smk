# What changed since the library's last recorded screen, which `track` keeps in `history/`. That
# folder is no output of a rule: Snakemake would remove it before the rule runs.
rule compare:
    input:
        ranking=rules.rank.output.ranking,
        predictions=rules.predict.output.predictions,
    output:
        changes=directory(f"{OUT}{{library}}/changes.parquet"),
        summary=f"{OUT}{{library}}/stages/compare/changes.json",
        state=f"{OUT}{{library}}/stages/compare/state.json",
        stats=f"{OUT}{{library}}/stages/compare/stats.json",
    log:
        f"{OUT}logs/{{library}}/compare.log",
    benchmark:
        f"{OUT}logs/{{library}}/compare.benchmark.tsv"
    conda:
        "../environment.yml"
    params:
        folder=subpath(output.changes, parent=True),
        settings=settings_of("rank"),
        code=code_digest("compare"),
    shell:
        "screening compare {params.folder:q}"
        " --settings {params.settings:q} --stats {output.stats:q} 2> {log:q}"
