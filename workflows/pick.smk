# Which candidates go to assay, with the plate map and the structures to hand over.
rule pick:
    input:
        ranking=rules.rank.output.ranking,
    output:
        pick=directory(f"{OUT}{{library}}/pick.parquet"),
        plate=report(
            f"{OUT}{{library}}/pick.csv",
            caption="captions/pick.rst",
            category="Ranking",
            labels={"library": "{library}"},
        ),
        structures=f"{OUT}{{library}}/pick.sdf",
        stats=f"{OUT}{{library}}/stages/pick/stats.json",
    log:
        f"{OUT}logs/{{library}}/pick.log",
    benchmark:
        f"{OUT}logs/{{library}}/pick.benchmark.tsv"
    conda:
        "../environment.yml"
    params:
        folder=subpath(output.pick, parent=True),
        settings=settings_of("pick"),
        code=code_digest("pick"),
    shell:
        "screening pick {params.folder:q}"
        " --settings {params.settings:q} --stats {output.stats:q} 2> {log:q}"
