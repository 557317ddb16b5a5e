rule ingest:
    input:
        library_files,
    output:
        records=directory(f"{OUT}{{library}}/stages/ingest/records.parquet"),
        rejects=directory(f"{OUT}{{library}}/stages/ingest/rejects.parquet"),
        stats=f"{OUT}{{library}}/stages/ingest/stats.json",
    log:
        f"{OUT}logs/{{library}}/ingest.log",
    benchmark:
        f"{OUT}logs/{{library}}/ingest.benchmark.tsv"
    conda:
        "../environment.yml"
    params:
        folder=subpath(output.records, parent=True),
        settings=settings_of("ingest"),
        code=code_digest("ingest"),
    shell:
        "screening ingest {input:q} --output {params.folder:q} --library {wildcards.library:q}"
        " --settings {params.settings:q} --stats {output.stats:q} 2> {log:q}"
