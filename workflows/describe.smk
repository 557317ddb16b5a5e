rule describe:
    input:
        structures=rules.standardise.output.structures,
    output:
        descriptors=directory(f"{OUT}{{library}}/descriptors.parquet"),
        lost=directory(f"{OUT}{{library}}/stages/describe/lost.parquet"),
        stats=f"{OUT}{{library}}/stages/describe/stats.json",
    log:
        f"{OUT}logs/{{library}}/describe.log",
    benchmark:
        f"{OUT}logs/{{library}}/describe.benchmark.tsv"
    conda:
        "../environment.yml"
    threads: ALL_CORES
    params:
        performance=f"{OUT}{{library}}/stages/describe/dask.html",
        settings=settings_of("describe"),
        code=code_digest("describe"),
    shell:
        "screening describe-structures {input.structures:q}"
        " --output {output.descriptors:q} --lost {output.lost:q}"
        f" --dask {DASK} --memory {MEMORY} --workers {{threads}} --store {STORE}"
        " --performance-report {params.performance:q}"
        " --settings {params.settings:q} --stats {output.stats:q} 2> {log:q}"
