# Retraining: a labelled table, or a recipe, to a model that is registered, judged against the
# champion on the model's fixed test, and promoted or refused.
TRAIN = SCREEN.train
MODEL = f"{OUT}models/{TRAIN.name}/"
# Made by the first training and kept to by all others, so it is no output that may be remade.
FIXED_TEST = quoted(f"{MODEL}test.parquet")


def training_tables(wildcards):
    """The files that a training reads; without any there is nothing to train."""
    if TRAIN.name is None:
        raise WorkflowError(
            "error: train.name names no model; state what to train in the settings `train`"
        )
    named = (TRAIN.table, TRAIN.recipe, TRAIN.marine)
    return [path for path in named if path is not None]


def source_arguments(wildcards, input):
    """How `screening train` is told of the table or recipe, and of the marine structures."""
    source = [TRAIN.table] if TRAIN.recipe is None else ["--recipe", TRAIN.recipe]
    return [*source, *(["--marine", TRAIN.marine] if TRAIN.marine else [])]


rule train:
    input:
        f"{MODEL}judgement.json",


rule fit_model:
    input:
        training_tables,
    output:
        bundle=directory(f"{MODEL}bundle"),
        stats=f"{MODEL}train.json",
    log:
        f"{OUT}logs/models/train.log",
    benchmark:
        f"{OUT}logs/models/train.benchmark.tsv"
    conda:
        "../environment.yml"
    threads: ALL_CORES
    params:
        source=source_arguments,
        settings=TRAIN.arguments(),
        code=code_digest("train"),
    shell:
        "screening train {params.source:q} {params.settings:q}"
        f" --test {FIXED_TEST} --workers {{threads}}"
        " --output {output.bundle:q} --stats {output.stats:q} 2> {log:q}"
