# make screen   set up, screen the bundled library (or LIBRARY=my.sdf) and print the ten best
# make test     set up and run all tests; as root it installs Debian's SLURM and Chromium for some of them
# make ui       open MLflow on the results, on this machine only
# make env      set up .venv and nothing else (TORCH=cpu takes PyTorch's smaller CPU build)
# make check    the checks of style and types that CI runs
# make benchmark MIRROR=folder   measure speed and memory beside other tools (an hour or more);
#               SIZES=1000,100000 names the libraries over which describe is measured
# make train TABLE=assay.csv NAME=my_assay TARGETS=active   retrain a model on a labelled table, and
#               promote or refuse it (KIND=regression, SMILES=column, TRAIN="further options")
# make models MIRROR=folder   train the shipped bundles anew from their tables
PYTHON ?= python3
BUNDLED := data/marine_reference.csv
LIBRARY ?= $(BUNDLED)
CONFIG ?= $(if $(filter $(BUNDLED),$(LIBRARY)),config/reference_library.yaml)
OUTPUT ?= results
PORT ?= 5000
# Tests of one file share what they set up; the longest ones come first (tests/conftest.py). One process
# more than cores, since many wait for servers and time limits.
PARALLEL := --numprocesses $(shell expr $$(nproc) + 1) --maxprocesses 4 --dist loadfile --no-loadscope-reorder
SIZES ?= 1000,10000
SMILES ?= smiles
KIND ?= classification
BIN := .venv/bin
# Snakemake finds the `screening` command of this environment through PATH.
export PATH := $(abspath $(BIN)):$(PATH)

.PHONY: screen test ui env env-test check benchmark models train
.DEFAULT_GOAL := screen

screen: env
	@$(BIN)/screening run $(foreach file,$(LIBRARY),"$(file)") --output "$(OUTPUT)" $(if $(CONFIG),--config "$(CONFIG)")

test: env env-test
	$(BIN)/python -m pytest $(PARALLEL) tests

ui: env
	$(BIN)/screening ui "$(OUTPUT)" --port $(PORT)

env: .venv/.ready

.venv/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
		|| { echo "error: $(PYTHON) is not Python 3.11; name one with make PYTHON=/path/to/python3.11"; exit 2; }
	@echo "Setting up .venv; the first time takes some minutes"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(if $(filter cpu,$(TORCH)),$(BIN)/python -m pip install --quiet --constraint constraints.txt --index-url https://download.pytorch.org/whl/cpu torch)
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

env-test:
	@tests/install-from-debian SLURM "slurmctld slurmd munged sbatch" slurm-wlm munge
	@tests/install-from-debian "a browser" "chromium chromedriver" chromium chromium-driver

check: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflows
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/snakemake --lint

benchmark: env
	@test -n "$(MIRROR)" || { echo "error: name the folder of the published libraries: make benchmark MIRROR=folder"; exit 2; }
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[benchmark]'
	$(BIN)/python tests/benchmarks/ingest_standardise.py --mirror "$(MIRROR)" --tenfold
	$(BIN)/python tests/benchmarks/standardisers.py --mirror "$(MIRROR)" --tautomers 60
	$(BIN)/python tests/benchmarks/standardise_properties.py --mirror "$(MIRROR)"
	$(BIN)/python tests/benchmarks/describe_values.py --mirror "$(MIRROR)"
	$(BIN)/python tests/benchmarks/describe_speed.py --mirror "$(MIRROR)" --sample 4000 --few 40
	$(BIN)/python tests/benchmarks/predict_speed.py --mirror "$(MIRROR)"
	$(BIN)/python tests/benchmarks/train_speed.py --mirror "$(MIRROR)"
	$(BIN)/python tests/benchmarks/similar_actives.py
	$(BIN)/python tests/benchmarks/analogue_library.py --mirror "$(MIRROR)" --n 100000 --output "$(OUTPUT)/benchmarks/analogues.csv.gz"
	$(BIN)/python tests/benchmarks/analogue_properties.py "$(OUTPUT)/benchmarks/analogues.csv.gz" --mirror "$(MIRROR)"
	$(BIN)/python tests/benchmarks/describe_scaling.py --mirror "$(MIRROR)" --sizes "$(SIZES)" --output "$(OUTPUT)/benchmarks/describe_scaling.json" --pictures "$(OUTPUT)/benchmarks"

train: env
	@test -n "$(TABLE)" -a -n "$(NAME)" -a -n "$(TARGETS)" \
		|| { echo "error: say make train TABLE=assay.csv NAME=my_assay TARGETS=active"; exit 2; }
	@$(BIN)/screening train "$(TABLE)" --smiles-column "$(SMILES)" --targets "$(TARGETS)" --kind "$(KIND)" \
		--name "$(NAME)" --register "$(OUTPUT)" --workers "$$(nproc)" $(TRAIN)

models: env
	@test -n "$(MIRROR)" || { echo "error: name the folder of the training tables: make models MIRROR=folder"; exit 2; }
	$(BIN)/screening train --recipe models/recipes/toxicity.yaml --data "$(MIRROR)" --output models/toxicity
	$(BIN)/screening train --recipe models/recipes/activity.yaml --data "$(MIRROR)" --output models/activity
	$(BIN)/screening train --recipe models/recipes/adme.yaml --data "$(MIRROR)" --output models/adme
