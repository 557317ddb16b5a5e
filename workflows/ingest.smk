rule ingest:
    input:
        files=library_files,
        corrections=corrections_files,
    output:
        records=directory(f"{OUT}{{library}}/stages/ingest/records.parquet"),
        rejects=directory(f"{OUT}{{library}}/stages/ingest/rejects.parquet"),
        reading=f"{OUT}{{library}}/stages/ingest/reading.json",
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
        file_settings=file_settings,
        contents=folder_contents,
        code=code_digest("ingest"),
    shell:
        "screening ingest {input.files:q} --output {params.folder:q} --library {wildcards.library:q}"
        " --settings {params.settings:q} --file-settings {params.file_settings:q}"
        " --stats {output.stats:q} 2> {log:q}"
