# What of the library is known already: drugs, marine leads, actives of the training data.
rule dereplicate:
    input:
        structures=rules.ledger.output.structures,
        families=rules.curate.output.families,
        approved_drugs=str(PROJECT / "data/approved_drugs.tsv"),
        marine_reference=str(PROJECT / "data/marine_reference.csv"),
        manifests=model_manifests,
    output:
        known=directory(f"{OUT}{{library}}/known.parquet"),
        stats=f"{OUT}{{library}}/stages/dereplicate/stats.json",
    log:
        f"{OUT}logs/{{library}}/dereplicate.log",
    benchmark:
        f"{OUT}logs/{{library}}/dereplicate.benchmark.tsv"
    conda:
        "../environment.yml"
    params:
        folder=subpath(output.known, parent=True),
        models=models_options,
        settings=settings_of("dereplicate"),
        code=code_digest("dereplicate"),
    shell:
        "screening dereplicate {params.folder:q} {params.models:q}"
        " --settings {params.settings:q} --stats {output.stats:q} 2> {log:q}"
