rule predict:
    input:
        structures=rules.standardise.output.structures,
        manifests=model_manifests,
    output:
        predictions=directory(f"{OUT}{{library}}/predictions.parquet"),
        lost=directory(f"{OUT}{{library}}/stages/predict/lost.parquet"),
        stats=f"{OUT}{{library}}/stages/predict/stats.json",
    log:
        f"{OUT}logs/{{library}}/predict.log",
    benchmark:
        f"{OUT}logs/{{library}}/predict.benchmark.tsv"
    conda:
        "../environment.yml"
    threads: ALL_CORES
    params:
        performance=f"{OUT}{{library}}/stages/predict/dask.html",
        settings=settings_of("predict"),
        code=code_digest("predict"),
    shell:
        "screening predict-structures {input.structures:q}"
        " --output {output.predictions:q} --lost {output.lost:q}"
        f" --dask {DASK} --memory {MEMORY} --workers {{threads}} --store {STORE}"
        " --performance-report {params.performance:q}"
        " --settings {params.settings:q} --stats {output.stats:q} 2> {log:q}"
