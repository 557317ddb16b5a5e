# Closes the books: every record read is now a compound or a reject.
rule ledger:
    input:
        ingest_rejects=rules.ingest.output.rejects,
        records=rules.ingest.output.records,
        compounds=rules.standardise.output.compounds,
        structures=rules.standardise.output.structures,
        standardise_rejects=rules.standardise.output.rejects,
        lost_describe=rules.describe.output.lost,
        lost_predict=rules.predict.output.lost,
    output:
        compounds=directory(f"{OUT}{{library}}/compounds.parquet"),
        structures=directory(f"{OUT}{{library}}/structures.parquet"),
        rejects=directory(f"{OUT}{{library}}/rejects.parquet"),
        # Not removed beforehand: what the user has filled in there goes over into the new one.
        rejects_csv=update(f"{OUT}{{library}}/rejects.csv"),
        stats=f"{OUT}{{library}}/stages/ledger/stats.json",
    log:
        f"{OUT}logs/{{library}}/ledger.log",
    benchmark:
        f"{OUT}logs/{{library}}/ledger.benchmark.tsv"
    conda:
        "../environment.yml"
    params:
        folder=subpath(output.compounds, parent=True),
        code=code_digest("ledger"),
    shell:
        "screening ledger {params.folder:q} --stats {output.stats:q} 2> {log:q}"
