# Where compounds live, what is no natural product, and what the sources disagree in.
rule curate:
    input:
        compounds=rules.ledger.output.compounds,
        structures=rules.ledger.output.structures,
        taxa=[SCREEN.curate.taxa] if SCREEN.curate.taxa else [],
        approved_drugs=str(PROJECT / "data/approved_drugs.tsv"),
    output:
        evidence=directory(f"{OUT}{{library}}/evidence.parquet"),
        families=directory(f"{OUT}{{library}}/families.parquet"),
        stats=f"{OUT}{{library}}/stages/curate/stats.json",
    log:
        f"{OUT}logs/{{library}}/curate.log",
    benchmark:
        f"{OUT}logs/{{library}}/curate.benchmark.tsv"
    conda:
        "../environment.yml"
    threads: ALL_CORES
    params:
        folder=subpath(output.evidence, parent=True),
        settings=settings_of("curate"),
        code=code_digest("curate"),
    shell:
        "screening curate {params.folder:q}"
        f" --dask {DASK} --memory {MEMORY} --workers {{threads}}"
        " --settings {params.settings:q} --stats {output.stats:q} 2> {log:q}"
