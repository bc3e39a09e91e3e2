# make run    start the app                make test   every check, as CI runs it
# make bench  the speed ratios             make fast   the tests that need no browser
# make lint   ruff and mypy                make format let ruff lay out the source
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

# One stamp for each set of requirements: nothing is installed again until its file changes.
RUN    := $(VENV)/.installed-run
TEST   := $(VENV)/.installed-test
BENCH  := $(VENV)/.installed-bench
PIP    := $(BIN)/python -m pip install -qq --disable-pip-version-check
SOURCE := $(wildcard engine pages app.py tests)

.PHONY: run test bench fast lint format chromium latex
.NOTPARALLEL:

run: $(RUN)
	$(BIN)/streamlit run app.py

test: lint chromium latex
	$(BIN)/python -m pytest

fast: $(TEST)
	$(BIN)/python -m pytest -m "not browser"

bench: $(BENCH) chromium
	$(BIN)/python -m tests.bench $(ARGS)

lint: $(TEST)
	$(BIN)/ruff check --quiet $(SOURCE)
	$(BIN)/ruff format --quiet --check $(SOURCE)
	$(BIN)/mypy

format: $(TEST)
	$(BIN)/ruff check --quiet --fix $(SOURCE)
	$(BIN)/ruff format --quiet $(SOURCE)

chromium: $(TEST)
	@$(BIN)/python -m tests.chromium

latex: $(TEST)
	@$(BIN)/python -m tests.latex

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Backstep needs Python 3.11 or later; name one, as in: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	    { echo "This Python cannot make environments; on Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "making $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(RUN): requirements.txt | $(BIN)/python
	@echo "installing $<"
	@$(PIP) -r $<
	@touch $@

$(TEST): requirements-test.txt $(RUN)
	@echo "installing $<"
	@$(PIP) -r $<
	@touch $@

$(BENCH): requirements-bench.txt $(TEST)
	@echo "installing $<"
	@$(PIP) -r $<
	@touch $@
