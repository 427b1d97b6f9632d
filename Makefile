# Asah: `make run` serves it, `make test` proves it.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
STAMP := .stamp

.PHONY: help run dev test fast check bench nightly format clean
help: ## What there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 14

$(STAMP)/venv: setup.cfg constraints.txt tools/node.sh
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --upgrade pip setuptools
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[test,dev]'
	@mkdir -p $(STAMP) && touch $@

$(STAMP)/static: $(STAMP)/venv package.json package-lock.json tools/build_static.py
	bash tools/node.sh npm ci --ignore-scripts --no-audit --no-fund --silent
	$(BIN)/python tools/build_static.py
	@touch $@

$(STAMP)/browser: $(STAMP)/venv tools/browser.sh
	bash tools/browser.sh
	@touch $@

run: $(STAMP)/static ## Serve the site with the demo agency on http://127.0.0.1:8000 (PORT=, DATABASE_URL=)
	@$(BIN)/lms demo

dev: $(STAMP)/static ## The same, starting again when the code changes
	@$(BIN)/lms run --demo --reload

check: $(STAMP)/static ## Style, types, import rules, texts and house rules, in under a minute
	$(BIN)/ruff check -q .
	$(BIN)/ruff format --check -q .
	$(BIN)/mypy lms
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -n 2 tests/test_house.py tests/test_texts.py

test: $(STAMP)/static $(STAMP)/browser ## Everything, on SQLite and on PostgreSQL 18, browser and faults included
	$(MAKE) -s check
	ASAH_TEST_ENGINE=sqlite $(BIN)/python -m pytest -n 2 -m "not browser and not faults"
	ASAH_TEST_ENGINE=postgresql $(BIN)/python -m pytest -n 2 -m "not browser and not faults and not pure"
	ASAH_TEST_ENGINE=sqlite $(BIN)/python -m pytest -m "browser or faults"
	$(MAKE) -s bench QUICK=1

fast: $(STAMP)/static ## The tests without browser, on SQLite only
	$(BIN)/python -m pytest -n 2 -m "not browser and not faults"

bench: $(STAMP)/static $(STAMP)/browser ## Times, as ratios against a raw limit in the same run (QUICK=1 is short)
	$(BIN)/python -m bench $(if $(QUICK),--quick)

nightly: $(STAMP)/static ## Fuzz every pure parser for ten minutes each (SECONDS_EACH=), and ten times the generated inputs
	$(BIN)/python -m fuzz --seconds $(or $(SECONDS_EACH),600)
	ASAH_TEST_INPUTS=10 $(BIN)/python -m pytest -n 2 tests/lrs/test_generated.py

format: ## Put the code in order
	$(BIN)/ruff check -q --fix . ; $(BIN)/ruff format -q .

clean: ## Remove what set-up made (the database in var/ stays)
	rm -rf .venv $(STAMP) node_modules lms/static/vendor build dist *.egg-info
