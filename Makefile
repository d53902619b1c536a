.DEFAULT_GOAL := help
PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

demo: $(READY) ## simulate four weeks, land them with the LiteLLM sample, print and serve the board (ARGS=--no-serve)
	@$(BIN)/podium demo $(ARGS)

serve: $(READY) ## serve the leaderboard on 127.0.0.1:8501
	@$(BIN)/podium serve $(ARGS)

up: $(READY) ## leaderboard, Dagster's web page and daemon together; Ctrl-C ends all
	@$(BIN)/podium up $(ARGS)

test: browser postgres ## every test, in two processes (some: ARGS='-k landing'; in one: ARGS='-n 0 --pdb')
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal $(ARGS)

nightly: browser postgres ## every test and the long ones too, with 200 kills of each writer and many more examples
	@PODIUM_TEST_KILLS=200 PODIUM_TEST_EXAMPLES=40 PODIUM_TEST_FLIPS=100 $(BIN)/python -m pytest -q -n 2 --dist worksteal -m "" $(ARGS)

check: lint test ## what CI runs: lint, types, spelling, lock, then every test

lint: $(READY) ## style, types, spelling, and the lock against pyproject.toml
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/basedpyright
	$(BIN)/python tests/lock.py

bench: $(READY) ## benchmarks beside DuckDB's bare scan (ARGS='--rows 5000000')
	@$(BIN)/python -m tests.benchmarks $(ARGS)

browser: $(READY) ## make sure there is a Chromium for the browser tests
	@$(BIN)/python tests/browser_setup.py

postgres: $(READY) ## make sure there is a PostgreSQL for the tests that pull from one
	@$(BIN)/python tests/postgres_setup.py

lock: ## write requirements.lock anew: the newest versions pyproject.toml allows
	@rm -rf .venv-lock && $(PYTHON) -m venv .venv-lock
	@.venv-lock/bin/pip install --quiet --upgrade pip
	@.venv-lock/bin/pip install --quiet $$($(PYTHON) tests/lock.py --direct)
	@.venv-lock/bin/pip freeze > requirements.lock && rm -rf .venv-lock

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Podium needs Python 3.11 or newer; say which: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear $(VENV) || { echo "python3 can not make environments here; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Installing into $(VENV) (once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.PHONY: help demo serve up test nightly check lint bench browser postgres lock
