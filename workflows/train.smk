# Retraining: a labelled table, or a recipe, to a model that is registered, judged against the
# champion on the model's fixed test, and promoted or refused.
MODEL = f"{OUT}models/{SCREEN.train.name}/"
# Made by the first training and kept to by all others, so it is no output that may be remade.
FIXED_TEST = quoted(f"{MODEL}test.parquet")


rule train:
    input:
        f"{MODEL}judgement.json",


rule search_model:
    input:
        training_tables,
        store=rules.initialise_tracking.output.store,
    output:
        found=f"{MODEL}found.yaml",
    log:
        f"{OUT}logs/models/search_model.log",
    benchmark:
        f"{OUT}logs/models/search_model.benchmark.tsv"
    conda:
        "../environment.yml"
    threads: ALL_CORES
    params:
        source=source_arguments,
        settings=SCREEN.train.searched(),
        results=subpath(input.store, parent=True),
    shell:
        "screening search {params.source:q} {params.settings:q} --results {params.results:q}"
        f" --test {FIXED_TEST} --prices {PRICES}"
        f" --dask {DASK} --memory {MEMORY} --workers {{threads}}"
        " --output {output.found:q} 2> {log:q}"


rule fit_model:
    input:
        training_tables,
        found=found_settings,
    output:
        bundle=directory(f"{MODEL}bundle"),
    log:
        f"{OUT}logs/models/fit_model.log",
    benchmark:
        f"{OUT}logs/models/fit_model.benchmark.tsv"
    conda:
        "../environment.yml"
    threads: ALL_CORES
    params:
        source=fitted_arguments,
        settings=SCREEN.train.arguments(),
        code=code_digest("train"),
    shell:
        "screening train {params.source:q} {params.settings:q}"
        f" --test {FIXED_TEST} --prices {PRICES} --workers {{threads}}"
        " --output {output.bundle:q} 2> {log:q}"


rule judge_model:
    input:
        store=rules.initialise_tracking.output.store,
        bundle=rules.fit_model.output.bundle,
    output:
        judgement=f"{MODEL}judgement.json",
    log:
        f"{OUT}logs/models/judge_model.log",
    benchmark:
        f"{OUT}logs/models/judge_model.benchmark.tsv"
    conda:
        "../environment.yml"
    params:
        folder=subpath(input.store, parent=True),
    shell:
        "screening models register {input.bundle:q}"
        f" --test {FIXED_TEST}"
        " --promote --save {output.judgement:q} --output {params.folder:q} 2> {log:q}"
