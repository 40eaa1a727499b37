# `make run` is all that is needed to try ai-poster; the rest is for those who change it.

BIN := .venv/bin
UV := $(firstword $(shell command -v uv 2>/dev/null) $(wildcard $(BIN)/uv))
NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))'
PYTHON = $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell \
	command -v $(name) >/dev/null 2>&1 && $(name) $(NEW_ENOUGH) && echo $(name))))
INSTALL = $(if $(UV),$(UV) pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet --disable-pip-version-check)
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes
JOBS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run test lint bench lock

help: ## what there is
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1 - \2/p' Makefile

run: .venv/installed ## start everything; the first time, this makes its own environment in .venv
	@exec $(BIN)/python manage.py start

test: lint ## every check and every test
	$(BIN)/python -m pytest -n $(JOBS)

lint: .venv/installed-dev ## the checks alone
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	VAR=.venv/checks $(BIN)/python manage.py makemigrations --check --dry-run

bench: .venv/installed-dev ## how fast it is, and how much memory it needs
	$(BIN)/python -m bench

lock: ## pin what the two .in files ask for, with hashes (needs uv)
	@test -n "$(UV)" || { echo "This needs uv: https://docs.astral.sh/uv/"; exit 1; }
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) -c requirements.txt requirements-dev.in -o requirements-dev.txt

# Installed again only when the list has changed.
.venv/installed: requirements.txt | $(BIN)/python
	@echo "Installing what ai-poster stands on ..."
	@$(INSTALL) --require-hashes -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt | $(BIN)/python
	@echo "Installing what developing needs ..."
	@$(INSTALL) --require-hashes -r requirements-dev.txt
	@touch $@ .venv/installed

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "ai-poster needs Python 3.11 or newer, and found none. Install it and try again."; exit 1; }
	@echo "Making an environment with $(PYTHON) in .venv ..."
	@$(if $(UV),$(UV) venv --quiet --python $(PYTHON) .venv,$(PYTHON) -m venv .venv) || { rm -rf .venv; exit 1; }
