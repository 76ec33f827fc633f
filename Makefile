# `make help` lists the targets.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The first interpreter that runs and is 3.11, 3.12 or 3.13; PYTHON=… names another.
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	$$name -c '$(SUPPORTED)' 2>/dev/null && { echo $$name; break; }; done)
BIN := .venv/bin
LOCK := .ci/requirements.txt
NOTEBOOKS := $(sort $(wildcard notebooks/*.ipynb))
STUDIES := framing/data/studies

# A folder with the five articles: `make figures TEXTS=…` measures them anew.
TEXTS ?=
# Which room `make test` tests; all by default.
ROOM ?=
room = $(wildcard tests/$(1:_core=core) framing/$(1) framing/_$(1))
# Which changed files `make mutants` tries: those that differ from BASE, or FILES; N of their mutants.
BASE ?=
FILES ?=
N ?= 40
SEED ?= 1
# Which study `make features` writes.
STUDY ?= articles

.PHONY: help install engine wheels all figures paper test mutants check docs benchmark format lab features lock clean $(NOTEBOOKS)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/installed ## make .venv and install the pinned packages

.venv/installed: $(LOCK) pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 found. Install one, or name it:" \
		"make install PYTHON=/path/to/python3.12" >&2; exit 1; }
	@echo "[install] .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear .venv || { echo "This Python cannot make virtual environments" \
		"(on Debian and Ubuntu: apt-get install python3-venv)." >&2; exit 1; }
	@echo "[install] $$(grep -c '^[a-z]' $(LOCK)) pinned packages: a minute or two the first time"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --progress-bar on \
		--require-hashes --requirement $(LOCK)
	@{ command -v cc || command -v gcc || command -v clang; } >/dev/null 2>&1 || { echo "[install] no C compiler: taking the wheel of zig" && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --retries 1 --require-hashes \
		--requirement .ci/requirements-zig.txt; } || echo "[install] without it the numpy engine is used"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		--no-build-isolation --editable .
	@touch $@

engine: .venv/installed ## build the native engine anew, after a change in its C files
	@$(BIN)/python framing/hits/native/build.py

PLATFORMS := manylinux_2_17_x86_64 manylinux_2_17_aarch64 macosx_11_0_x86_64 macosx_11_0_arm64

wheels: .venv/installed ## build the wheels of a release in dist, one for each platform
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement .ci/requirements-zig.txt
	@for platform in $(PLATFORMS); do echo "[wheels] $$platform" && FRAMING_PLATFORM=$$platform \
		$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps \
		--no-build-isolation --wheel-dir dist . || exit 1; done

figures: $(NOTEBOOKS) ## run the notebooks and write figures/
	@echo "[figures] $$(ls figures/*.svg | wc -l) figures and $$(ls figures/*.csv | wc -l) tables in figures/"

# One rule per notebook; `make -j2 figures` runs two at once, since each locks the results while it
# writes them. The appendix lists the settings of the other notebooks, so it comes last.
APPENDIX := notebooks/07_appendix.ipynb
$(APPENDIX): $(filter-out $(APPENDIX),$(NOTEBOOKS))
$(NOTEBOOKS): .venv/installed
	@FRAMING_TEXTS="$(if $(TEXTS),$(abspath $(TEXTS)))" $(BIN)/python notebooks/run.py $@

paper: .venv/installed ## write paper/paper.pdf, .html, .docx and .tex and the supplement from the notebooks' results
	@$(BIN)/framing paper paper/paper.md --notebooks notebooks
	@$(BIN)/framing paper paper/supplement.md --notebooks notebooks --format html --format pdf

all: ## figures, paper and tests, one after the other
	@$(MAKE) figures
	@$(MAKE) paper
	@$(MAKE) test

test: .venv/installed ## run the tests and the examples in the docstrings; ROOM=contrasts: one room
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile \
		--no-loadscope-reorder $(if $(ROOM),$(call room,$(ROOM)))

mutants: .venv/installed ## change changed code a little and list what no test sees: BASE= FILES= N= SEED=
	@$(BIN)/python tests/support/mutants.py $(FILES) $(if $(BASE),--base "$(BASE)") -n $(N) --seed $(SEED)

check: .venv/installed ## check style, types, import order, spelling and the native engine
	@echo "[check] ruff" && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "[check] mypy" && $(BIN)/mypy
	@echo "[check] imports" && $(BIN)/lint-imports --no-cache
	@echo "[check] spelling" && $(BIN)/codespell
	@echo "[check] native engine" && $(BIN)/python -W ignore tests/support/sanitize.py

benchmark: .venv/installed ## measure speed against other programs: make benchmark JSON=file
	@$(BIN)/python -c "import polars, spacy" 2>/dev/null || echo "[benchmark] To compare with all:" \
		"$(BIN)/python -m pip install spacy polars" >&2
	@$(BIN)/python benchmarks/matching.py $(if $(JSON),--json "$(JSON)")

format: .venv/installed ## put the code in the house's format
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

docs: .venv/docs ## build the documentation in build/docs; every example on its pages runs
	@$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet --builder html docs build/docs
	@echo "[docs] build/docs/index.html"

.venv/docs: .venv/installed .ci/requirements-docs.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --progress-bar on \
		--require-hashes --requirement .ci/requirements-docs.txt
	@touch $@

lab: .venv/installed ## open the notebooks in JupyterLab
	@FRAMING_TEXTS="$(if $(TEXTS),$(abspath $(TEXTS)))" $(BIN)/jupyter lab notebooks

features: .venv/installed ## make a study's features anew: make features TEXTS=folder STUDY=briefings
	@test -n "$(TEXTS)" || { echo "Say where the texts are: make features TEXTS=folder" >&2; exit 1; }
	@$(BIN)/framing features $(STUDY) "$(TEXTS)" $(STUDIES)/$(STUDY)

lock: .venv/installed ## pin the newest packages (needs uv)
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --upgrade \
		--fork-strategy fewest --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --quiet --output-file $(LOCK)
	uv pip compile pyproject.toml --extra embed --universal --python-version 3.11 --constraint $(LOCK) \
		--fork-strategy fewest --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --quiet --output-file .ci/requirements-embed.txt
	uv pip compile pyproject.toml --group docs --universal --python-version 3.11 --constraint $(LOCK) \
		--fork-strategy fewest --generate-hashes --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --quiet --output-file .ci/requirements-docs.txt

clean: ## remove what was built, .venv included
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
