# Kaohe: `make demo` shows a whole year, `make up` keeps it running. Nothing is needed but Python 3.11–3.13 and a package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= var
PORT ?= 4200
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help setup demo up test soak check bench

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

setup: $(STAMP) ## install everything into .venv

$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "Python 3.11, 3.12 or 3.13 is needed; say which with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q cli.py commands demo flows tasks models notices config scoring
	@touch $(STAMP)

demo: setup ## run a whole Bozhou year on sample data; result in out/demo
	$(BIN)/kaohe demo --out out/demo

up: setup ## start everything and keep it running (DATA=out/demo looks around in the demo's result)
	$(BIN)/kaohe init --data $(DATA)
	$(BIN)/kaohe up --data $(DATA) --port $(PORT)

check: setup ## lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: check ## all tests, on SQLite and PostgreSQL, with a real Prefect server and a browser
	$(BIN)/pytest -n 3 --dist worksteal

soak: setup ## the tests that have a longer form, at full length: every kill point, every restart
	KAOHE_SOAK=1 $(BIN)/pytest -m soak

bench: setup ## the benchmarks; figures in out/bench.json
	$(BIN)/python -m bench
