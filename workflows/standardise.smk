rule standardise:
    input:
        records=rules.ingest.output.records,
    output:
        compounds=directory(f"{OUT}{{library}}/stages/standardise/compounds.parquet"),
        structures=directory(f"{OUT}{{library}}/stages/standardise/structures.parquet"),
        rejects=directory(f"{OUT}{{library}}/stages/standardise/rejects.parquet"),
        stats=f"{OUT}{{library}}/stages/standardise/stats.json",
    log:
        f"{OUT}logs/{{library}}/standardise.log",
    benchmark:
        f"{OUT}logs/{{library}}/standardise.benchmark.tsv"
    conda:
        "../environment.yml"
    threads: ALL_CORES
    params:
        folder=subpath(output.compounds, parent=True),
        performance=f"{OUT}{{library}}/stages/standardise/dask.html",
        settings=settings_of("standardise"),
        code=code_digest("standardise"),
    shell:
        "screening standardise {input.records:q} --output {params.folder:q}"
        f" --dask {DASK} --memory {MEMORY} --workers {{threads}} --store {STORE}"
        " --performance-report {params.performance:q}"
        " --settings {params.settings:q} --stats {output.stats:q} 2> {log:q}"
