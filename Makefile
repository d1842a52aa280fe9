# Two commands are all the set-up: `make demo` and `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= $(shell tools/find-python)
BIN := .venv/bin
# Imported once by who installs: the libraries of all services are compiled then, and no others.
COMPILED := hoso_api.app, hoso_api.server.workers, hoso_workflows.flows.workers, prefect.cli, prefect.server.api.server
SOURCES := api bpmn calendar models workflows
WORKERS := --workers 4
TABLES := working_time declaration engine completion sweep growth register revision search uploads pages catalogue portal audit
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export DO_NOT_TRACK := 1

##@ Run
.PHONY: demo
demo: .venv/installed ## Play a month of dossiers on the embedded PostgreSQL and serve the overdue board
	$(BIN)/hoso demo $(ARGS)

.PHONY: serve
serve: .venv/installed ## Serve what is in ./.hoso (or HOSO_DATABASE_URL)
	$(BIN)/hoso serve $(ARGS)

##@ Prove
.PHONY: test
test: .venv/installed .venv/system .venv/description/installed .venv/provider/installed ## All tests but the long search, on a real PostgreSQL, a real Prefect and a real browser
	$(BIN)/pytest $(WORKERS) --rotate --budget $(ARGS)

.PHONY: costs
costs: .venv/installed ## Folders and the hundred dearest tests of the last run, in seconds of the processor
	@$(BIN)/python tools/costs.py $(ARGS)

.PHONY: test-core
test-core: .venv/installed ## The tests that need no server: calendar, procedures, lifecycle, clock; within a minute
	$(BIN)/pytest $(WORKERS) -m 'not server and not slow and not proof' $(ARGS)

.PHONY: proof
proof: .venv/installed .venv/system .venv/provider/installed ## The long search: examples nobody saw, many more of them, and chaos at its full size
	$(BIN)/pytest $(WORKERS) -m 'hypothesis or rotating or proof' --hypothesis-profile wandering $(ARGS)

.PHONY: mutants
mutants: .venv/installed ## Make one line wrong at a time, and list what the tests without a server let pass
	$(BIN)/python tools/mutants $(ARGS)

.PHONY: check
check: .venv/installed ## Style, types, the arrows between the packages, and the project's own rules
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target types rules $(if $(CI),ready)

.PHONY: types rules ready
types:
	$(BIN)/mypy

rules:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python tools/seams.py $(SOURCES) tests bench tools
	$(BIN)/python tools/prose.py $(SOURCES) tools tests bench
	$(BIN)/python tools/catalogues.py check
	PYTHONPATH=tools $(BIN)/python -m documents

# In CI the tests follow: what they need is installed on the processor that the types leave free.
ready: .venv/system .venv/description/installed .venv/provider/installed

.PHONY: bench
bench: .venv/installed ## The budgets of the design, measured in one run
	@for table in $(TABLES); do echo; echo "== $$table"; $(BIN)/python bench/$$table.py || exit 1; done

##@ Mend
.PHONY: fix
fix: .venv/installed ## Format, repair what ruff can, write docs/openapi.json, permissions.md, lifecycle.md and the catalogues anew
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/hoso openapi docs/openapi.json
	$(BIN)/python tools/catalogues.py update
	$(BIN)/hoso permissions --format md > docs/permissions.md
	$(BIN)/hoso lifecycle --format md > docs/lifecycle.md

.PHONY: pictures
pictures: .venv/installed .venv/system ## Take the pictures of docs/pages anew, from a demonstration under a clock that stands
	$(BIN)/python tools/pictures.py $(ARGS)

.PHONY: lock
lock: .venv/installed ## Resolve the dependencies anew; the lock files name no host
	$(BIN)/uv pip compile $(LOCK) pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --group dev --extra bench -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile $(LOCK) tools/description/requirements.in -o tools/description/requirements.lock
	$(BIN)/uv pip compile $(LOCK) bench/viewflow/requirements.in -o bench/viewflow/requirements.lock
	for folder in tools/description tests/provider; do npm --prefix $$folder install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund || exit 1; $(BIN)/python tools/npm_lock.py $$folder/package-lock.json; done

LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --quiet

.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Set-up (done by itself)
.venv/installed: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("hoso needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	tools/install-python .venv requirements-dev.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -c 'import sys; sys.dont_write_bytecode = False; import $(COMPILED)' # who may not write here would compile them at each start
	@touch $@

.venv/description/installed: tools/description/requirements.lock tools/description/package-lock.json | .venv/system
	bash tools/description/install $(PYTHON)
	@touch $@

.venv/provider/installed: tests/provider/package-lock.json tests/provider/provider.mjs tests/provider/people.json | .venv/system
	bash tests/provider/install
	@touch $@

.venv/system: tools/system-packages
	bash tools/system-packages
	@touch $@
