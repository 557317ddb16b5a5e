# What all rules share: the checked configuration, the libraries, and what makes a stage run again.
import json
import os
import shlex
from pathlib import Path

from snakemake.exceptions import WorkflowError

from screening.core.bundle import MANIFEST_NAME
from screening.core.config import ScreenConfig
from screening.core.errors import ScreeningError
from screening.core.library_sheet import contents_digest, read_sheet
from screening.core.predictor_manifest import PREDICTOR_NAME, is_predictor
from screening.core.profiles import filled
from screening.core.provenance import PROJECT, code_digest, file_digest, value_digest
from screening.core.settings import parse_settings
from screening.predict.models import find_model

try:
    SCREEN = parse_settings(ScreenConfig, config, "configuration")
    LIBRARIES = {
        library.name: library for library in read_sheet(Path(SCREEN.libraries))
    }
except ScreeningError as problem:
    raise WorkflowError(f"error: {problem.line()}")

# The prefix of all results; Snakemake wants none for the working folder itself.
OUT = "" if SCREEN.output == "." else f"{SCREEN.output}/"
# What the result depends on: not where files lie, nor where the work runs and what it costs.
SCIENCE = SCREEN.model_dump(
    mode="json",
    exclude={"output", "libraries", "tracking", "compute", "train", "accounting"},
)
for stage, setting in (("curate", "taxa"), ("ingest", "corrections")):
    if SCIENCE[stage][setting]:
        SCIENCE[stage][setting] = file_digest(Path(SCIENCE[stage][setting]))
# A profile of another version is another wish; where bundles lie is none of the science.
SCIENCE["rank"] = filled(SCREEN.rank).model_dump(mode="json")
SCIENCE["predict"]["models"] = [Path(model).name for model in SCREEN.predict.models]
CONFIG_JSON = json.dumps(SCIENCE, ensure_ascii=False)
CONFIG_DIGEST = value_digest(SCIENCE)
# Snakemake cuts a rule's threads to the cores of the run.
ALL_CORES = 64
MEMORY = SCREEN.compute.memory_per_worker
# Another server than that of the last screen; the address itself may hold a password.
SERVER_DIGEST = value_digest(os.environ.get("MLFLOW_TRACKING_URI", ""))


def quoted(text):
    """Text for the shell and for Snakemake's formatting, where no parameter may stand: a changed
    parameter runs the stage again."""
    return shlex.quote(text).replace("{", "{{").replace("}", "}}")


# Another price trains no model anew.
PRICES = quoted(SCREEN.accounting.model_dump_json())
STORE = quoted(SCREEN.compute.store or f"{OUT}store")
# The value of --dask, and for SLURM what it needs to know.
DASK = quoted(SCREEN.compute.dask)
if DASK == "slurm":
    slurm = SCREEN.compute.slurm
    slurm = slurm.model_copy(update={"logs": slurm.logs or f"{OUT}slurm-logs"})
    DASK = f"slurm --slurm {quoted(slurm.model_dump_json())}"


wildcard_constraints:
    library="|".join(re.escape(name) for name in LIBRARIES),


def library_files(wildcards):
    """The source files of a library."""
    return [str(path) for path in LIBRARIES[wildcards.library].paths]


def file_settings(wildcards):
    """What the library sheet states of single files, as JSON by path."""
    stated = LIBRARIES[wildcards.library].stated
    return json.dumps(
        {str(path): dict(own) for path, own in stated.items()}, ensure_ascii=False
    )


def folder_contents(wildcards):
    """A digest of what lies in the folders among the files: a changed file is read again."""
    return contents_digest(LIBRARIES[wildcards.library].paths)


def corrections_files(wildcards):
    """The tables of corrections that the configuration and the library sheet name."""
    stated = LIBRARIES[wildcards.library].stated.values()
    named = [SCREEN.ingest.corrections, *(own.get("corrections") for own in stated)]
    return sorted({path for path in named if path})


def decisions_file(wildcards):
    """The lead's decisions on candidates of earlier screens, where there are any."""
    file = Path(f"{OUT}decisions.csv")
    return [str(file)] if file.is_file() else []


def decisions_option(wildcards, input):
    """How `screening rank` is told of them."""
    return [f"--decisions={file}" for file in input.decisions]


def assays_file(wildcards):
    """What the bench measured and `screening results import` brought, where there is any."""
    file = Path(f"{OUT}assays.parquet")
    return [str(file)] if file.is_file() else []


def assays_option(wildcards, input):
    """How `screening rank` is told of it."""
    return [f"--assays={file}" for file in input.assays]


def settings_of(stage):
    """A stage's settings as JSON: a changed setting runs the stage again."""
    return getattr(SCREEN, stage).model_dump_json()


def model_folders():
    """The models of the configuration; relative folders are the project's."""
    try:
        return [find_model(model) for model in SCREEN.predict.models]
    except ScreeningError as problem:
        raise WorkflowError(f"error: {problem.line()}")


def model_manifests(wildcards):
    """Their manifests hold the digests of all their files: a new model predicts again."""
    return [
        str(folder / (PREDICTOR_NAME if is_predictor(folder) else MANIFEST_NAME))
        for folder in model_folders()
    ]


def models_options(wildcards):
    """How `screening explain-candidates` is told of them."""
    return [f"--models={folder}" for folder in model_folders()]


def training_tables(wildcards):
    """The files that a training reads; without any there is nothing to train."""
    train = SCREEN.train
    if train.name is None:
        raise WorkflowError(
            "error: train.name names no model; state what to train in the settings `train`"
        )
    named = (train.table, train.recipe, train.marine)
    return [path for path in named if path is not None]


def source_arguments(wildcards, input):
    """How `screening search` is told of the table or recipe."""
    train = SCREEN.train
    return [train.table] if train.recipe is None else ["--recipe", train.recipe]


def found_settings(wildcards):
    """What a search has found, where one is asked for: settings for a table, or a recipe."""
    return [f"{MODEL}found.yaml"] if SCREEN.train.search_minutes else []


def fitted_arguments(wildcards, input):
    """How `screening train` is told of table or recipe, settings found, and marine structures."""
    train = SCREEN.train
    marine = ["--marine", train.marine] if train.marine else []
    if train.recipe is not None:
        return ["--recipe", *(input.found or [train.recipe])]
    found = [f"--settings={file}" for file in input.found]
    return [train.table, *found, *marine]
