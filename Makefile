# Each target makes its own environment; `make demo` and `make test` need Python 3.11 or newer and nothing else.
PYTHON ?= python3
BIN := .venv/bin
COUNTED := tests/integration/services/test_races.py tests/e2e/test_crashes.py
READING := tests/integration/read/test_oracle.py

.PHONY: help demo test test-neo4j test-neo4j-5.26.30 test-neo4j-2026.08.1 test-browser test-wheel thorough lint bench bench-peer lock wheel clean

help:  ## show the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.venv/run: requirements/run.txt pyproject.toml
	@echo "Installing into .venv (once) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: requirements/dev.txt .venv/run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

demo: .venv/run  ## start the service with demo data (PORT=8123 to choose the port)
	@exec $(BIN)/graph-service demo $(if $(PORT),--port $(PORT))

lint: .venv/dev
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo >/dev/null || $(BIN)/lint-imports

test: lint  ## style, types, layers, and every test that needs no more than Python
	@$(BIN)/python -m pytest $(ARGS)

test-neo4j: test-neo4j-5.26.30 test-neo4j-2026.08.1  ## on real Neo4j (Maven, Java 17 and 25): every statement on both, the API on the newer

test-neo4j-5.26.30: .venv/dev
	@$(BIN)/python -m tests.neo4j 5.26.30 -- $(BIN)/python -m pytest tests/integration tests/e2e/test_story.py tests/e2e/test_crashes.py $(ARGS)

test-neo4j-2026.08.1: .venv/dev
	@$(BIN)/python -m tests.neo4j 2026.08.1 -- $(BIN)/python -m pytest tests/integration tests/api tests/e2e/test_demo.py tests/e2e/test_story.py $(ARGS)

test-browser: .venv/dev  ## the pages in a real Chromium (Debian: chromium fonts-noto-cjk); screenshots in .cache/screenshots
	@$(BIN)/python -m pytest tests/browser -m browser $(ARGS)

test-wheel: .venv/dev  ## the wheel in an empty environment, away from the checkout: check, and the story
	@rm -rf dist && $(BIN)/python -m hatchling build -t wheel -d dist >/dev/null
	@directory=$$(mktemp -d) && trap 'rm -rf "$$directory"' EXIT && $(PYTHON) -m venv "$$directory/env" && \
	  install="$$directory/env/bin/python -m pip install --quiet --disable-pip-version-check" && \
	  $$install --require-hashes -r requirements/run.txt && $$install --no-deps dist/*.whl && \
	  $$install "$$(grep -oE '^pytest==[0-9.]+' requirements/dev.txt)" && \
	  cp tests/e2e/test_story.py "$$directory/" && cd "$$directory" && \
	  GRAPH_SERVICE_DATA="$$directory/data" env/bin/graph-service check && \
	  env/bin/python -m pytest --quiet -p no:cacheprovider test_story.py

thorough: export RACES = 200
thorough: export DOCUMENTS = 1000
thorough: export PATHWAYS = 500
thorough: export FUZZ = 1000
thorough: export READS = 20000
thorough: .venv/dev  ## full counts of what CI runs in part: races, kill -9, documents for the JavaScript peer and for reading, pathways, fuzzing
	@$(BIN)/python -m pytest tests/property/test_pathway.py tests/conformance/test_endorse_generated.py tests/conformance/test_award_generated.py
	@$(BIN)/python -m pytest tests/api/test_fuzz.py
	@$(BIN)/python -m pytest $(READING)
	@CRASHES=100 $(BIN)/python -m pytest $(COUNTED)
	@for version in 5.26.30 2026.08.1; do \
	  CRASHES=10 $(BIN)/python -m tests.neo4j $$version -- $(BIN)/python -m pytest $(READING) $(COUNTED) || exit 1; done

bench: .venv/dev  ## ratios, measured in one interleaved run
	@for file in $(filter-out bench/peer.py,$(wildcard bench/*.py)); do name=$$(basename $$file .py); echo "== $$name"; $(BIN)/python -m bench.$$name || exit 1; done

bench-peer: .venv/dev  ## beside @neo4j/graphql, in full (Node with npm, Maven, Java, SHARED_DIR; 15 minutes)
	@$(BIN)/python -m bench.peer

lock: .venv/dev  ## renew the locked requirements (needs uv)
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra local --group dev -o requirements/dev.txt pyproject.toml
	@uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra local --group build -c requirements/dev.txt -o requirements/run.txt pyproject.toml

wheel: .venv/dev
	@$(BIN)/python -m hatchling build -t wheel -d dist

clean:
	rm -rf .venv .cache .data dist
