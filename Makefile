# Every command is a target; `make help` lists them with the sentences behind ##.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
K      ?=
ARGS   ?=

# One stamp for each set of requirements: nothing is installed again until its file changes.
RUN    := $(VENV)/.installed-run
TEST   := $(VENV)/.installed-test
BENCH  := $(VENV)/.installed-bench
PIP    := $(BIN)/python -m pip install -qq --disable-pip-version-check
SOURCE := $(wildcard engine pages app.py tests)

# What Python has compiled is kept, whatever the environment says: without it each start takes seconds more.
export PYTHONDONTWRITEBYTECODE :=

# Two workers: below the browser longer tests are shared out as they come; in it each worker has a server and a Chromium
# of its own, and takes a file at a time.
TWO    := -n 2 --dist worksteal
FILES  := -n 2 --dist loadfile -m browser tests/browser tests/stage
# In CI a browser test that fails is tried once more, and named as such: its machine may be busy with others' work.
# Whoever changes the code has no second try: a test that fails now and then is mended.
RETRY  := $(if $(CI),--reruns 1 -rR)

.PHONY: help run dev test fast test-browser firefox mutants bench load lint format hooks chromium latex nginx
.NOTPARALLEL:

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-13s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: $(RUN) ## start the app in the browser
	$(BIN)/streamlit run app.py

dev: $(RUN) ## start the app, and load it again whenever a source file is saved
	$(BIN)/streamlit run app.py --server.fileWatcherType auto --server.runOnSave true

# The kernel is compiled on one core while the other lints and installs: two workers would each compile all of it.
test: $(TEST) ## every check, as CI runs it
	@$(MAKE) --no-print-directory lint chromium latex nginx & $(BIN)/python -c "import engine; engine.warm_up()"; wait $$!
	$(BIN)/python -m pytest -m "not browser" $(TWO) $(ARGS)
	$(BIN)/python -m pytest $(FILES) $(RETRY) $(ARGS)

fast: $(TEST) ## the tests that need no browser and little time
	$(BIN)/python -m pytest -m "not browser and not slow" $(TWO) $(ARGS)

test-browser: chromium ## the tests in a real browser; K=slider runs those whose names hold "slider"
	$(BIN)/python -m pytest $(FILES) $(if $(K),-k "$(K)") $(ARGS)

firefox: $(TEST) ## steps and every page in a Firefox that is installed here
	$(BIN)/python -m pytest tests/browser/firefox.py $(ARGS)

mutants: $(TEST) chromium ## mistakes made on purpose, which the tests must catch; K=outbox makes those in such files
	$(BIN)/python -m tests.mutants $(K)

bench: $(BENCH) chromium ## the speed ratios
	$(BIN)/python -m tests.bench $(ARGS)

load: $(TEST) ## a class at once: how many learners a process serves; ARGS="100 --minutes 60"
	$(BIN)/python -m tests.load $(ARGS)

lint: $(TEST) ## ruff and mypy
	$(BIN)/ruff check --quiet $(SOURCE)
	$(BIN)/ruff format --quiet --check $(SOURCE)
	$(BIN)/mypy

format: $(TEST) ## let ruff lay out the source
	$(BIN)/ruff check --quiet --fix $(SOURCE)
	$(BIN)/ruff format --quiet $(SOURCE)

hooks: $(TEST) ## run lint before every commit, by pre-commit
	$(PIP) pre-commit
	$(BIN)/pre-commit install

chromium: $(TEST)
	@$(BIN)/python -m tests.chromium

latex: $(TEST)
	@$(BIN)/python -m tests.latex

nginx: $(TEST)
	@$(BIN)/python -m tests.nginx

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
