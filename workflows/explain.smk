# Which atoms of the best candidates make the prediction that weighs most in their rank.
rule explain:
    input:
        ranking=rules.rank.output.ranking,
        manifests=model_manifests,
    output:
        explanations=directory(f"{OUT}{{library}}/explanations.parquet"),
        stats=f"{OUT}{{library}}/stages/explain/stats.json",
    log:
        f"{OUT}logs/{{library}}/explain.log",
    benchmark:
        f"{OUT}logs/{{library}}/explain.benchmark.tsv"
    conda:
        "../environment.yml"
    params:
        folder=subpath(output.explanations, parent=True),
        # Not the language: it explains nothing anew.
        settings=json.dumps({"explained": SCREEN.report.explained}),
        models=models_options,
        code=code_digest("predict"),
    shell:
        "screening explain-candidates {params.folder:q} {params.models:q}"
        " --settings {params.settings:q} --stats {output.stats:q} 2> {log:q}"
