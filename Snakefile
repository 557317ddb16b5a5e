# A screen: library → ingest → standardise → describe and predict → ledger → curate →
# dereplicate → rank → pick, compare and explain → report → MLflow.
# A retraining (target `train`): labelled table → model bundle → registry and gate.
from snakemake.utils import min_version

min_version("9.0")


configfile: "config/config.yaml"


include: "workflows/common.smk"
include: "workflows/ingest.smk"
include: "workflows/standardise.smk"
include: "workflows/describe.smk"
include: "workflows/predict.smk"
include: "workflows/ledger.smk"
include: "workflows/curate.smk"
include: "workflows/dereplicate.smk"
include: "workflows/rank.smk"
include: "workflows/pick.smk"
include: "workflows/compare.smk"
include: "workflows/explain.smk"
include: "workflows/report.smk"
include: "workflows/track.smk"
include: "workflows/train.smk"


rule all:
    default_target: True
    input:
        expand(f"{OUT}{{library}}/summary.json", library=LIBRARIES),
